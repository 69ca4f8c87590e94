namespace MlPipeline.Trainers.Tests.Search;

/// <summary>Standard functions to be minimised, over coordinates between 0 and 1 (Surjanovic and Bingham, Virtual Library of
/// Simulation Experiments).</summary>
internal static class TestFunctions
{
    private static readonly double[] s_weights = [1, 1.2, 3, 3.2];

    private static readonly double[][] s_scales =
        [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]];

    private static readonly double[][] s_centers =
    [
        [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886], [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
        [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650], [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
    ];

    public static IReadOnlyDictionary<string, (int Dimensions, double Minimum, Func<double[], double> Function)> All { get; } =
        new Dictionary<string, (int, double, Func<double[], double>)>
        {
            ["Branin"] = (2, 0.397887, Branin),
            ["Hartmann-6"] = (6, -3.32237, Hartmann),
            ["Rosenbrock-2"] = (2, 0, Rosenbrock),
            ["Rosenbrock-4"] = (4, 0, Rosenbrock),
        };

    private static double Branin(double[] point)
    {
        double x = point[0] * 15 - 5, y = point[1] * 15;
        var parabola = y - 5.1 / (4 * Math.PI * Math.PI) * x * x + 5 / Math.PI * x - 6;
        return parabola * parabola + 10 * (1 - 1 / (8 * Math.PI)) * Math.Cos(x) + 10;
    }

    private static double Hartmann(double[] point)
    {
        double sum = 0;
        for (var i = 0; i < s_weights.Length; i++)
        {
            sum -= s_weights[i] * Math.Exp(-point.Select((x, j) => s_scales[i][j] * (x - s_centers[i][j]) * (x - s_centers[i][j]))
                .Sum());
        }

        return sum;
    }

    private static double Rosenbrock(double[] point)
    {
        double[] x = [.. point.Select(p => p * 4 - 2)];
        double sum = 0;
        for (var i = 0; i + 1 < x.Length; i++)
            sum += 100 * (x[i + 1] - x[i] * x[i]) * (x[i + 1] - x[i] * x[i]) + (1 - x[i]) * (1 - x[i]);

        return sum;
    }
}
