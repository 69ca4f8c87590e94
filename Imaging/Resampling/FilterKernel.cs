namespace MlPipeline.Imaging.Resampling;

/// <summary>The filters as functions of the distance from the centre, in output pixels (when shrinking).</summary>
internal static class FilterKernel
{
    private const double CubicA = -0.5;

    /// <summary>The distance beyond which a weight is zero.</summary>
    public static double Support(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Box => 0.5,
        ResampleFilter.Bilinear => 1.0,
        ResampleFilter.Bicubic => 2.0,
        ResampleFilter.Lanczos => 3.0,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, "This filter has no kernel."),
    };

    public static double Weight(ResampleFilter filter, double x) => filter switch
    {
        ResampleFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResampleFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResampleFilter.Bicubic => Cubic(Math.Abs(x)),
        _ => x is >= -3.0 and < 3.0 ? Sinc(x) * Sinc(x / 3) : 0,
    };

    private static double Cubic(double x)
    {
        if (x < 1)
            return ((CubicA + 2) * x - (CubicA + 3)) * x * x + 1;
        return x < 2 ? (((x - 5) * x + 8) * x - 4) * CubicA : 0;
    }

    private static double Sinc(double x)
    {
        if (x == 0)
            return 1;
        x *= Math.PI;
        return Math.Sin(x) / x;
    }
}
