namespace MlPipeline.Trainers.Search;

/// <summary>Chooses where the next trial of a search looks.</summary>
/// <remarks>
/// A proposal depends on nothing but its <see cref="Proposal"/>: asked again, in another process or on another thread, it is the
/// same.
/// </remarks>
public interface ISampler
{
    /// <summary>The name on the command line. <see cref="object.ToString"/> adds the options: a study is gone on with only when
    /// it is the same.</summary>
    string Name { get; }

    /// <summary>Whether proposals depend on earlier trials' results.</summary>
    bool UsesHistory { get; }

    /// <summary>The coordinates of a trial, or null when there is no further point.</summary>
    double[]? Propose(Proposal proposal);
}
