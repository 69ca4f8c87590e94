using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A fish seen from the side: scales, a pale belly, rayed fins, an eye and a gill.</summary>
internal sealed class FishShape : SampleShape
{
    private const float BodyX = -0.16f, BodyLong = 0.76f, BodyHigh = 0.5f;
    private static readonly float[] s_tail = [0.42f, 0, 0.98f, -0.56f, 0.84f, 0, 0.98f, 0.56f];
    private static readonly float[] s_back = [-0.45f, -0.38f, 0.2f, -0.74f, 0.34f, -0.3f];
    private static readonly float[] s_belly = [-0.1f, 0.42f, 0.2f, 0.7f, 0.24f, 0.32f];

    public override string Name => "fish";

    public override (float Low, float High) UsualHues => (0.48f, 0.70f);

    public override (float Low, float High) OtherHues => (0, 0.1f);

    public override float Tilt => 0.07f;

    public override float Reach => 1.13f;

    public override float Bevel => 0.3f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y) => Math.Min(
        Math.Min(Body(x, y), Polygon(x, y, s_tail)), Math.Min(Polygon(x, y, s_back), Polygon(x, y, s_belly)));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        if (Body(x, y) > 0)
        {
            var ray = SampleMath.Wrap(SampleMath.Atan2(y, x + 0.1f) * 14, 1);
            return palette.Second * (ray < 0.35f ? 0.55f : 1);
        }

        var eye = SampleMath.Length(x + 0.62f, y + 0.12f);
        if (eye < 0.12f)
            return eye < 0.065f ? palette.Dark * 0.5f : palette.Pale;
        var gill = SampleMath.Length(x + 0.72f, y) - 0.42f;
        var color = SampleColor.Mix(palette.Main, palette.Pale, SampleMath.SmoothStep(0.05f, 0.45f, y) * 0.8f);
        if (gill > 0)
            color *= Scales(x, y);
        var mouth = MathF.Abs(y - 0.12f) < 0.022f && x < -0.74f;
        return color * (mouth ? 0.25f : 1 - 0.6f * Line(gill, 0.028f));
    }

    private static float Body(float x, float y) => Ellipse(x - BodyX, y, BodyLong, BodyHigh);

    /// <summary>Rows of arcs, every other row shifted by half a scale.</summary>
    private static float Scales(float x, float y)
    {
        const float Size = 0.17f;
        var column = MathF.Floor((x + 2) / (Size * 0.6f));
        var within = SampleMath.Wrap(x + 2, Size * 0.6f) / Size;
        var shift = ((int)column & 1) * 0.5f;
        var across = SampleMath.Wrap((y + 2) / Size + shift, 1) - 0.5f;
        var arc = within + 0.9f * across * across;
        return 0.55f + 0.5f * SampleMath.SmoothStep(0.12f, 0.4f, arc);
    }
}
