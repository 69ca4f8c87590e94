namespace MlPipeline;

/// <summary>A trained chain and what is known about it: what <see cref="ModelFile"/> writes and reads.</summary>
public sealed record TrainedModel
{
    /// <summary>The trained chain, from the column of pictures to the scores.</summary>
    public required ITransformer Transformer { get; init; }

    /// <summary>The schema that the chain reads; null when it was saved without one.</summary>
    public DataViewSchema? InputSchema { get; init; }

    /// <summary>What the file says about the model.</summary>
    public ModelCard Card { get; init; } = new();
}
