using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A toothed leaf with a stalk, a midrib and slanting veins.</summary>
internal sealed class LeafShape : SampleShape
{
    // Two circles of radius Radius, Offset left and right of the axis, meet at its ends and leave a width of 2 * Half.
    private const float Tip = 0.84f, Half = 0.62f, Shift = -0.12f;
    private const float Offset = (Tip * Tip - Half * Half) / (2 * Half), Radius = Offset + Half;

    public override string Name => "leaf";

    public override (float Low, float High) UsualHues => (0.2f, 0.42f);

    public override (float Low, float High) OtherHues => (0.04f, 0.1f);

    public override float Tilt => 0.07f;

    public override float Reach => 1;

    public override float Bevel => 0.12f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y)
    {
        var stalk = Segment(x, y, 0, 0.6f, 0.06f, 0.97f) - 0.04f;
        var blade = SampleMath.Length(y - Shift, MathF.Abs(x) + Offset) - Radius;
        var tooth = SampleMath.Wrap(y * 7 + 10, 1) * 0.06f;
        return Math.Min(blade + tooth, stalk);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        var vein = SampleMath.Wrap(y + MathF.Abs(x) * 0.8f + 2, 0.26f) - 0.13f;
        var light = Math.Max(Line(x, 0.035f + 0.015f * (y + 1)), 0.9f * Line(vein, 0.024f));
        var tone = (x > 0 ? 0.75f : 1.05f) * (0.8f + 0.35f * palette.Noise.Fractal(x * 5 + 20, y * 5 + 20, 2));
        return SampleColor.Mix(palette.Main * tone, palette.Pale, light * 0.8f);
    }
}
