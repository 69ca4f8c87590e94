namespace MlPipeline.Trainers.Search;

/// <summary>Lets every trial run to its end.</summary>
public sealed class NoPruner : IPruner
{
    /// <inheritdoc/>
    public string Name => "none";

    /// <inheritdoc/>
    public bool ShouldPrune(PruneQuery query) => false;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
