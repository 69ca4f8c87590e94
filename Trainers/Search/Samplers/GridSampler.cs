namespace MlPipeline.Trainers.Search;

/// <summary>
/// Every combination of evenly spaced values, both ends of each range included. Each distinct point comes once, whatever conditions
/// leave out; then the grid is exhausted.
/// </summary>
public sealed class GridSampler : ISampler
{
    private readonly int _points;
    private readonly Lock _gate = new();
    private SearchSpace? _space;
    private List<double[]> _grid = [];

    /// <summary>Makes the sampler.</summary>
    /// <param name="pointsPerRange">Values taken from a range that is continuous or has more whole numbers than that; default 5.</param>
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
        List<double[]> grid = PointsOf(proposal.Space);
        return proposal.Trial < grid.Count ? [.. grid[proposal.Trial]] : null;
    }

    /// <summary>How many distinct points the grid over a space has.</summary>
    public int CountOf(SearchSpace space) => PointsOf(space).Count;

    private List<double[]> PointsOf(SearchSpace space)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(space, _space))
            {
                _grid = Enumerate(space);
                _space = space;
            }

            return _grid;
        }
    }

    private List<double[]> Enumerate(SearchSpace space)
    {
        double[][] axes = [.. space.Step.Select(Axis)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        List<double[]> grid = [];
        var at = new int[axes.Length];
        while (true)
        {
            double[] point = [.. at.Select((index, axis) => axes[axis][index])];
            Parameter parameter = space.SampleFromFeatureSpace(point);
            if (space.Allows(parameter) && seen.Add(parameter.ToJson()))
                grid.Add(point);
            int moving = axes.Length - 1;
            while (moving >= 0 && ++at[moving] == axes[moving].Length)
                at[moving--] = 0;
            if (moving < 0)
                return grid;
        }
    }

    // A stepped coordinate's values lie in the middle of their intervals; a continuous one's from end to end.
    private double[] Axis(int? steps)
    {
        int count = Math.Min(steps ?? _points, Math.Max(_points, steps <= MaxSteps ? steps.Value : _points));
        var axis = new double[count];
        for (int i = 0; i < count; i++)
        {
            double share = count == 1 ? 0 : i / (double)(count - 1);
            axis[i] = steps is { } all ? (Math.Round(share * (all - 1)) + 0.5) / all : share;
        }

        return axis;
    }

    // Choices are always taken whole; ranges of whole numbers beyond this are thinned out.
    private const int MaxSteps = 16;
}
