using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Ops;

/// <summary>y = erf(x), the error function.</summary>
internal sealed class ErfOp() : UnaryOp("Erf")
{
    public override Func<float, float> Function(Node node) => x => (float)ErrorFunction(x);

    // By its series where that converges fast, elsewhere by the continued fraction of its complement (Abramowitz and Stegun,
    // 7.1.5 and 7.1.14).
    public static double ErrorFunction(double x)
    {
        var magnitude = Math.Abs(x);
        if (magnitude > 6 || double.IsNaN(x))
            return double.IsNaN(x) ? x : Math.Sign(x);

        if (magnitude < 2.5)
        {
            var term = x;
            var sum = x;
            for (var n = 1; Math.Abs(term) > 1e-17 * Math.Abs(sum); n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (var n = 60; n >= 1; n--)
            fraction = n / 2.0 / (magnitude + fraction);

        return Math.Sign(x) * (1 - (Math.Exp(-x * x) / Math.Sqrt(Math.PI) / (magnitude + fraction)));
    }
}
