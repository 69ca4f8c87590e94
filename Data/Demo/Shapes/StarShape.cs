using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A five-pointed star with raised ridges: every other facet is in shade.</summary>
internal sealed class StarShape : SampleShape
{
    private const int Points = 5;
    private const float Inner = 0.5f;
    private static readonly float[] s_corners = Corners();

    public override string Name => "star";

    public override (float Low, float High) UsualHues => (0.1f, 0.17f);

    public override (float Low, float High) OtherHues => (0.7f, 0.9f);

    public override float Tilt => 0.5f;

    public override float Reach => 1;

    public override float Bevel => 0.06f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y) => Polygon(x, y, s_corners);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        var sector = SampleMath.Wrap(SampleMath.Atan2(y, x) / SampleMath.Tau + 0.25f, 1) * 2 * Points;
        var lit = ((int)sector & 1) == 0;
        var radius = SampleMath.Length(x, y);
        var color = SampleColor.Mix(palette.Main, palette.Pale, Math.Max(0, 0.45f - radius));
        color *= lit ? 1.05f : 0.55f;
        return color * (0.9f + 0.2f * palette.Noise.At(x * 9, y * 9));
    }

    private static float[] Corners()
    {
        var corners = new float[4 * Points];
        for (var i = 0; i < 2 * Points; i++)
        {
            var angle = (i / (2f * Points) - 0.25f) * SampleMath.Tau;
            var radius = (i & 1) == 0 ? 1 : Inner;
            corners[2 * i] = radius * SampleMath.Cos(angle);
            corners[2 * i + 1] = radius * SampleMath.Sin(angle);
        }

        return corners;
    }
}
