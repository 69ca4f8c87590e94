namespace MlPipeline.Engine.Kernels.Convolution;

/// <summary>What a convolution does with its sums: adds a map (where the run gives one), then clamps.</summary>
/// <param name="Low">Least value; negative infinity with infinite <paramref name="High"/>: no clamping.</param>
/// <param name="High">Greatest value.</param>
internal readonly record struct ConvolutionEpilogue(float Low, float High)
{
    public static ConvolutionEpilogue None => new(float.NegativeInfinity, float.PositiveInfinity);

    public static ConvolutionEpilogue Relu => new(0, float.PositiveInfinity);

    public bool Clamps => !float.IsNegativeInfinity(Low) || !float.IsPositiveInfinity(High);
}
