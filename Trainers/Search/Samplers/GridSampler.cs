namespace MlPipeline.Trainers.Search;

/// <summary>
/// Every combination of evenly spaced values, both ends of each range included. Each distinct point comes once, whatever
/// conditions leave out; then the grid is exhausted.
/// </summary>
public sealed class GridSampler : ISampler
{
    private readonly int _points;
    private readonly Lock _gate = new();
    private GridWalk? _walk;

    /// <summary>Makes the sampler.</summary>
    /// <param name="pointsPerRange">
    /// Values taken from a range that is continuous or has more than 16 whole numbers; choices and smaller ranges are taken
    /// whole. Default 5.
    /// </param>
    public GridSampler(int pointsPerRange = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pointsPerRange, 2);
        _points = pointsPerRange;
    }

    /// <inheritdoc/>
    public string Name => "grid";

    /// <inheritdoc/>
    public bool UsesHistory => false;

    /// <inheritdoc/>
    public double[]? Propose(Proposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        lock (_gate)
            return WalkOf(proposal.Space).At(proposal.Trial) is { } point ? [.. point] : null;
    }

    /// <summary>How many distinct points the grid over a space has.</summary>
    public int CountOf(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        lock (_gate)
            return WalkOf(space).Count();
    }

    /// <inheritdoc/>
    public override string ToString() => $"grid of {_points}";

    private GridWalk WalkOf(SearchSpace space) => _walk is { } walk && ReferenceEquals(walk.Space, space)
        ? walk : _walk = new GridWalk(space, _points);
}
