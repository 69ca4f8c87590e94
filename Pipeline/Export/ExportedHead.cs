using System.Collections.Immutable;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Export;

/// <summary>How a chain's scores come from the values of its network.</summary>
/// <param name="Reads">The value that the scores are made of.</param>
/// <param name="Weights">A linear head over it, all scaling before the head folded in; null where the value is the
/// scores.</param>
/// <param name="IsSoftmax">Whether the scores are the softmax of what the head gives.</param>
internal sealed record ExportedHead(BackboneOutput Reads, LinearHeadWeights? Weights, bool IsSoftmax)
{
    /// <summary>Follows the links behind the network.</summary>
    /// <exception cref="ExportException">A link that the scores depend on cannot be exported; the message names it.</exception>
    public static ExportedHead Of(PredictionChain chain)
    {
        if (!chain.IsDirect)
        {
            throw new ExportException("The model's pictures are loaded or changed by other transformers before they reach the "
                + "network, and those cannot be exported: only a chain whose backbone reads the pictures itself can.");
        }

        // What each column is; columns that other links made have the name of the link.
        Dictionary<string, Column> columns = new(StringComparer.Ordinal);
        foreach (var (name, output) in chain.Backbone.Columns.Outputs())
            columns[name] = new Column(output, null, null);
        Dictionary<string, ExportedHead> heads = new(StringComparer.Ordinal);
        var schema = chain.BackboneSchema;
        foreach (var link in chain.After)
        {
            var next = link.GetOutputSchema(schema);
            var made = Made(link, schema, next, columns);
            var head = HeadOf(link, columns, made);
            foreach (var name in NewColumns(schema, next))
            {
                heads.Remove(name);
                columns[name] = made.GetValueOrDefault(name) ?? new Column(default, null, link.GetType().Name);
            }

            if (head is { } found)
                heads[found.Column] = found.Head;
            schema = next;
        }

        if (heads.TryGetValue(PredictionChain.ScoreColumn, out var scores))
            return scores;
        return columns.GetValueOrDefault(PredictionChain.ScoreColumn) switch
        {
            { Maker: null, Scaling: null } column => new ExportedHead(column.Output, null, false),
            { Maker: { } maker } => throw Refused($"'{maker}', which makes the scores,"),
            _ => throw Refused("what makes the scores"),
        };
    }

    // Of columns with one name all but the last are hidden, and stay in the schema.
    private static IEnumerable<string> NewColumns(DataViewSchema schema, DataViewSchema next) =>
        next.CountBy(c => c.Name).Where(made => made.Value > schema.Count(c => c.Name == made.Key)).Select(made => made.Key);

    /// <summary>Columns of scaled features that a link makes.</summary>
    private static Dictionary<string, Column> Made(ITransformer link, DataViewSchema schema, DataViewSchema next,
        Dictionary<string, Column> columns)
    {
        Dictionary<string, Column> made = new(StringComparer.Ordinal);
        if (link is not NormalizingTransformer normalizing)
            return made;
        var mapper = ((ITransformer)normalizing).GetRowToRowMapper(schema);
        foreach (var (i, name) in NewColumns(schema, next).Index())
        {
            if (mapper.GetDependencies([next[name]]).ToArray() is [var input]
                && columns.TryGetValue(input.Name, out var read) && read is { Maker: null, Scaling: null }
                && normalizing.GetNormalizerModelParameters(i)
                    is NormalizingTransformer.AffineNormalizerModelParameters<ImmutableArray<float>> affine)
            {
                made[name] = read with
                {
                    Scaling = ([.. affine.Scale], affine.Offset.IsDefaultOrEmpty ? null : [.. affine.Offset]),
                };
            }
        }

        return made;
    }

    private static (string Column, ExportedHead Head)? HeadOf(ITransformer link, Dictionary<string, Column> columns,
        Dictionary<string, Column> made)
    {
        switch (link)
        {
            case ILinearHead head:
                return (head.ScoreColumnName, Reading(head.FeatureColumnName, head.GetLinearHead(), true));
            case ISingleFeaturePredictionTransformer<LinearMulticlassModelParametersBase> { Model: var model } trained:
                var names = Enumerable.Range(0, model.GetBiases().Count()).Select(i => $"{i}");
                return (PredictionChain.ScoreColumn, Reading(trained.FeatureColumnName, LinearHeadWeights.Of(model, [.. names]),
                    model is MaximumEntropyModelParameters));
            default:
                return null;
        }

        ExportedHead Reading(string column, LinearHeadWeights weights, bool isSoftmax) => columns.GetValueOrDefault(column) switch
        {
            { Maker: null } read => new ExportedHead(read.Output, Folded(weights, read.Scaling), isSoftmax),
            { Maker: { } maker } => throw Refused($"'{maker}', which makes the head's column '{column}',"),
            _ => throw Refused($"what makes the head's column '{column}'"),
        };
    }

    /// <summary>The head for features before (x - offset) * scale.</summary>
    private static LinearHeadWeights Folded(LinearHeadWeights head, (float[] Scale, float[]? Offset)? scaling)
    {
        if (scaling is not var (scale, offset))
            return head;
        var (weights, biases) = ((float[])head.Weights.Clone(), new float[head.ClassCount]);
        for (var c = 0; c < biases.Length; c++)
        {
            double bias = head.Biases[c];
            for (var k = 0; k < head.FeatureCount; k++)
            {
                var weight = (double)head.WeightsOf(c)[k] * scale[k];
                weights[(c * head.FeatureCount) + k] = (float)weight;
                bias -= offset is null ? 0 : weight * offset[k];
            }

            biases[c] = (float)bias;
        }

        return new LinearHeadWeights(weights, biases, head.ClassNames);
    }

    private static ExportException Refused(string what) => new(
        $"The model cannot be exported: {what} has no counterpart in ONNX here. Linear heads on the network's features can be "
        + "exported, of this project and of ML.NET, with a min-max or mean-variance normalisation before them.");

    private sealed record Column(BackboneOutput Output, (float[] Scale, float[]? Offset)? Scaling, string? Maker);
}
