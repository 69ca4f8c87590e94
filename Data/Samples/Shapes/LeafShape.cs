using System.Runtime.CompilerServices;

namespace MlPipeline.Data;

/// <summary>A toothed leaf with a stalk, a midrib and slanting veins.</summary>
internal sealed class LeafShape : SampleShape
{
    // Two circles of radius Radius, Offset above and below the axis, meet at x = -Tip and x = Tip and leave a width of 2 * Half.
    private const float Tip = 0.86f, Half = 0.5f, Shift = -0.1f;
    private const float Offset = (Tip * Tip - Half * Half) / (2 * Half), Radius = Offset + Half;

    public override string Name => "leaf";

    public override float Tilt => 0.5f;

    public override float Reach => 1;

    public override float Bevel => 0.12f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y)
    {
        float stalk = Segment(x, y, 0.7f, 0, 0.97f, 0.07f) - 0.035f;
        float blade = SampleMath.Length(x - Shift, MathF.Abs(y) + Offset) - Radius;
        float tooth = SampleMath.Wrap(x * 7 + 10, 1) * 0.05f;
        return Math.Min(blade + tooth, stalk);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        float side = MathF.Abs(y);
        float vein = SampleMath.Wrap(x + side * 0.85f + 2, 0.24f) - 0.12f;
        float light = Math.Max(Line(y, 0.03f + 0.015f * (x + 1)), 0.8f * Line(vein, 0.018f));
        float tone = (y > 0 ? 0.8f : 1.05f) * (0.8f + 0.35f * palette.Noise.Fractal(x * 5 + 20, y * 5 + 20, 2));
        return SampleColor.Mix(palette.Main * tone, palette.Pale, light * 0.8f);
    }
}
