namespace MlPipeline.Trainers.Search;

/// <summary>
/// A density over the points of a space: a mixture of one kernel around each observation and one wide prior. A kernel is a
/// product over the coordinates of a normal distribution cut off at 0 and 1, or of counts for a choice, and flat where the
/// observation has no value.
/// </summary>
internal sealed class ParzenEstimator
{
    private readonly IReadOnlyList<Observation> _observations;
    private readonly int[] _categories;
    private readonly double _deviation;

    /// <param name="observations">The points in the middle of the kernels.</param>
    /// <param name="categories">For each coordinate, the number of values of a choice, or 0.</param>
    /// <param name="width">The kernels' standard deviation for one observation; it shrinks with more (Scott 1992).</param>
    public ParzenEstimator(IReadOnlyList<Observation> observations, int[] categories, double width)
    {
        _observations = observations;
        _categories = categories;
        var count = Math.Max(1, observations.Count);
        var finest = 1.0 / Math.Min(100, count + 1);
        _deviation = Math.Clamp(width * Math.Pow(count, -1.0 / (categories.Length + 4)), finest, 1);
    }

    public double[] Draw(TrialRandom random)
    {
        var kernel = Math.Min((int)(random.NextDouble() * (_observations.Count + 1)), _observations.Count);
        var point = new double[_categories.Length];
        for (var axis = 0; axis < point.Length; axis++)
            point[axis] = Draw(kernel < _observations.Count ? _observations[kernel] : null, axis, random);
        return point;
    }

    /// <summary>The logarithm of the density over the coordinates that take part.</summary>
    public double LogDensity(double[] point, bool[] active)
    {
        Span<double> logs = new double[_observations.Count + 1];
        for (var kernel = 0; kernel < logs.Length; kernel++)
        {
            for (var axis = 0; axis < point.Length; axis++)
            {
                if (active[axis])
                    logs[kernel] += LogKernel(kernel < _observations.Count ? _observations[kernel] : null, axis, point[axis]);
            }
        }

        var top = double.NegativeInfinity;
        foreach (var log in logs)
            top = Math.Max(top, log);
        double sum = 0;
        foreach (var log in logs)
            sum += Math.Exp(log - top);
        return top + Math.Log(sum / logs.Length);
    }

    private double Draw(Observation? center, int axis, TrialRandom random)
    {
        if (_categories[axis] is > 0 and int categories)
        {
            // The center's own value, or with the weight of one more observation any.
            var own = center is { } observed && observed.Active[axis] && random.NextDouble() * (_observations.Count + 1) >= 1;
            return own ? center!.Point[axis] : ((int)(random.NextDouble() * categories) + 0.5) / categories;
        }

        if (center == null || !center.Active[axis])
            return random.NextDouble();
        while (true)
        {
            var value = center.Point[axis] + _deviation * random.NextNormal();
            if (value is >= 0 and <= 1)
                return value;
        }
    }

    private double LogKernel(Observation? center, int axis, double value)
    {
        if (center == null || !center.Active[axis])
            return 0;
        var mean = center.Point[axis];
        if (_categories[axis] is > 0 and int categories)
        {
            var share = 1.0 / (_observations.Count + 1);
            var same = Category(mean, categories) == Category(value, categories);
            return Math.Log(categories * ((same ? 1 - share : 0) + share / categories));
        }

        var z = (value - mean) / _deviation;
        var inside = NormalCdf((1 - mean) / _deviation) - NormalCdf(-mean / _deviation);
        return -0.5 * z * z - Math.Log(_deviation * Math.Sqrt(2 * Math.PI) * inside);
    }

    private static int Category(double coordinate, int categories) => Math.Min((int)(coordinate * categories), categories - 1);

    // Abramowitz and Stegun 1964, 7.1.26: the error is below 1.5e-7.
    private static double NormalCdf(double z)
    {
        var x = Math.Abs(z) / Math.Sqrt(2);
        var t = 1 / (1 + 0.3275911 * x);
        var polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        var erf = 1 - polynomial * Math.Exp(-x * x);
        return z >= 0 ? 0.5 * (1 + erf) : 0.5 * (1 - erf);
    }
}
