namespace MlPipeline.Pipeline.Transformers;

/// <summary>The names of a backbone's input column and of the output columns that are wanted.</summary>
internal sealed record BackboneColumns(string Input, string? Features, string? FeatureMap, string? Logits)
{
    /// <summary>The wanted outputs in the order of the added columns.</summary>
    public IReadOnlyList<(string Column, BackboneOutput Output)> Outputs()
    {
        var outputs = new List<(string, BackboneOutput)>();
        Add(Features, BackboneOutput.Features);
        Add(FeatureMap, BackboneOutput.FeatureMap);
        Add(Logits, BackboneOutput.Logits);
        return outputs;

        void Add(string? column, BackboneOutput output)
        {
            if (column is not null)
                outputs.Add((column, output));
        }
    }
}
