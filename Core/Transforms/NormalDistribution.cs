namespace MlPipeline.Core;

/// <summary>The normal distribution function.</summary>
internal static class NormalDistribution
{
    public static double Cdf(double value, double mean, double standardDeviation)
    {
        double x = (value - mean) / (standardDeviation * Math.Sqrt(2));
        return x < 0 ? 0.5 * Erfc(-x) : 1 - (0.5 * Erfc(x));
    }

    /// <summary>
    /// 1 - erf(x) for x of at least 0: the series of erf (Abramowitz and Stegun 7.1.6) where that is short, else the continued
    /// fraction (7.1.14), to double precision.
    /// </summary>
    private static double Erfc(double x)
    {
        if (double.IsNaN(x))
            return x;
        if (x > 27)
            return 0;
        double gauss = Math.Exp(-x * x) / Math.Sqrt(Math.PI);
        if (x < 2.5)
        {
            double term = 2 * x;
            double sum = term;
            for (int n = 1; term > sum * 1e-17; n++)
            {
                term *= 2 * x * x / ((2 * n) + 1);
                sum += term;
            }

            return 1 - (gauss * sum);
        }

        double fraction = x;
        for (int n = 60; n >= 1; n--)
            fraction = x + (n / 2.0 / fraction);
        return gauss / fraction;
    }
}
