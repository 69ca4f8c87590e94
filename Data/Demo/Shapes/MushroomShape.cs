using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A toadstool: a spotted cap, gills below its rim, a pale stem with a skirt.</summary>
internal sealed class MushroomShape : SampleShape
{
    private const float RimY = 0.08f;
    private static readonly float[] s_spots =
    [
        0, -0.5f, 0.16f, -0.45f, -0.28f, 0.13f, 0.46f, -0.3f, 0.14f, -0.12f, -0.14f, 0.11f,
        0.24f, -0.07f, 0.09f, -0.72f, 0, 0.09f, 0.74f, -0.02f, 0.1f,
    ];

    public override string Name => "mushroom";

    public override (float Low, float High) UsualHues => (0.92f, 1.06f);

    public override (float Low, float High) OtherHues => (0.06f, 0.13f);

    public override float Tilt => 0.05f;

    public override float Reach => 1.08f;

    public override float Bevel => 0.35f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y) => Math.Min(Cap(x, y), Stem(x, y));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        if (Cap(x, y) > 0)
        {
            var skirt = Line(y - 0.32f, 0.05f);
            var grain = palette.Noise.At(x * 26, y * 4);
            var shade = SampleMath.SmoothStep(RimY - 0.05f, RimY + 0.25f, y);
            return palette.Pale * ((0.5f + 0.45f * shade) * (0.85f + 0.2f * grain) * (1 - 0.3f * skirt));
        }

        if (y > RimY - 0.12f * (1 - x * x))
            return palette.Pale * (SampleMath.Wrap(x * 11, 1) < 0.4f ? 0.45f : 0.75f);
        float nearest = 1;
        for (var i = 0; i < s_spots.Length; i += 3)
            nearest = Math.Min(nearest, SampleMath.Length(x - s_spots[i], (y - s_spots[i + 1]) * 1.15f) - s_spots[i + 2]);
        var cap = palette.Main * (0.85f + 0.25f * palette.Noise.At(x * 6, y * 6));
        return SampleColor.Mix(palette.Pale, cap, SampleMath.SmoothStep(-0.015f, 0.015f, nearest));
    }

    private static float Cap(float x, float y) => Math.Max(Ellipse(x, y - RimY, 0.95f, 1.0f), y - RimY);

    private static float Stem(float x, float y)
    {
        var width = 0.17f + 0.12f * SampleMath.SmoothStep(0.2f, 0.95f, y);
        return Box(x, y - 0.5f, width - 0.03f, 0.44f) - 0.03f;
    }
}
