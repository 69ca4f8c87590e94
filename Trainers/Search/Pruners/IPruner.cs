namespace MlPipeline.Trainers.Search;

/// <summary>Decides whether a trial that reports values on its way is worth going on with.</summary>
/// <remarks>A decision depends on nothing but its <see cref="PruneQuery"/>.</remarks>
public interface IPruner
{
    /// <summary>The name on the command line. <see cref="object.ToString"/> adds the options: a study is gone on with only when
    /// it is the same.</summary>
    string Name { get; }

    /// <summary>Whether the trial should end now.</summary>
    bool ShouldPrune(PruneQuery query);
}

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
