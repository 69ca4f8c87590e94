namespace MlPipeline.Trainers.Search;

/// <summary>
/// A density over one coordinate in [0, 1]: a mixture of a wide prior and a normal distribution around each point, cut off at the
/// ends; for a choice, counts with a prior of one.
/// </summary>
internal sealed class ParzenEstimator
{
    private const int MostCategories = 16;
    private readonly double[] _means;
    private readonly double[] _deviations;
    private readonly double[]? _categories;

    public ParzenEstimator(List<double> points, int? steps)
    {
        if (steps is <= MostCategories)
        {
            _categories = new double[steps.Value];
            Array.Fill(_categories, 1.0 / steps.Value);
            foreach (double point in points)
                _categories[Math.Min((int)(point * steps.Value), steps.Value - 1)]++;
            double sum = _categories.Sum();
            for (int i = 0; i < _categories.Length; i++)
                _categories[i] /= sum;
            _means = _deviations = [];
            return;
        }

        _means = [.. points.Append(0.5).Order()];
        _deviations = new double[_means.Length];

        // A point's deviation is the distance to its further neighbour, within limits that grow finer with more points.
        double finest = 1.0 / Math.Min(100, 1 + _means.Length);
        int prior = Array.IndexOf(_means, 0.5);
        for (int i = 0; i < _means.Length; i++)
        {
            double left = _means[i] - (i > 0 ? _means[i - 1] : 0);
            double right = (i < _means.Length - 1 ? _means[i + 1] : 1) - _means[i];
            _deviations[i] = i == prior ? 1 : Math.Clamp(Math.Max(left, right), finest, 1);
        }
    }

    public double Draw(TrialRandom random)
    {
        if (_categories != null)
        {
            double left = random.NextDouble();
            int category = 0;
            while (category < _categories.Length - 1 && (left -= _categories[category]) >= 0)
                category++;
            return (category + 0.5) / _categories.Length;
        }

        int component = Math.Min((int)(random.NextDouble() * _means.Length), _means.Length - 1);
        while (true)
        {
            double value = _means[component] + _deviations[component] * random.NextNormal();
            if (value is >= 0 and <= 1)
                return value;
        }
    }

    public double LogDensity(double value)
    {
        if (_categories != null)
            return Math.Log(_categories[Math.Min((int)(value * _categories.Length), _categories.Length - 1)]);
        double sum = 0;
        for (int i = 0; i < _means.Length; i++)
        {
            double z = (value - _means[i]) / _deviations[i];
            double inside = NormalCdf((1 - _means[i]) / _deviations[i]) - NormalCdf(-_means[i] / _deviations[i]);
            sum += Math.Exp(-0.5 * z * z) / (_deviations[i] * inside);
        }

        return Math.Log(sum / _means.Length + 1e-300);
    }

    // Abramowitz and Stegun 1964, 7.1.26: the error is below 1.5e-7.
    private static double NormalCdf(double z)
    {
        double x = Math.Abs(z) / Math.Sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double erf = 1 - polynomial * Math.Exp(-x * x);
        return z >= 0 ? 0.5 * (1 + erf) : 0.5 * (1 - erf);
    }
}
