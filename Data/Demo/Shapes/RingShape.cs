using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A life ring: a round tube in two colours, four bands each.</summary>
internal sealed class RingShape : SampleShape
{
    private const float Middle = 0.69f, Tube = 0.28f;

    public override string Name => "ring";

    public override (float Low, float High) UsualHues => (0.95f, 1.05f);

    public override (float Low, float High) OtherHues => (0.52f, 0.66f);

    public override float Tilt => 0.5f;

    public override float Reach => Middle + Tube;

    public override float Bevel => Tube;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y) => MathF.Abs(SampleMath.Length(x, y) - Middle) - Tube;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        var band = SampleMath.Wrap(SampleMath.Atan2(y, x) / SampleMath.Tau + 0.5f, 0.25f) * 4;
        var toEdge = Math.Min(MathF.Abs(band - 0.3f), MathF.Abs(band - 0.7f));
        var color = band is > 0.3f and < 0.7f ? palette.Pale : palette.Main;
        color = SampleColor.Mix(color, palette.Dark, 0.7f * Line(toEdge, 0.018f));
        var across = SampleMath.Length(x, y) - Middle;
        return color * (1 - 0.12f * Line(across, 0.02f)) * (0.92f + 0.16f * palette.Noise.At(x * 14, y * 14));
    }
}
