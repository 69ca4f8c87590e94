using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo.Shapes;

/// <summary>A brick house with a tiled roof, a chimney, two windows and a door.</summary>
internal sealed class HouseShape : SampleShape
{
    private const float EavesY = -0.08f;
    private static readonly float[] s_roof = [-0.98f, EavesY + 0.06f, 0, -0.95f, 0.98f, EavesY + 0.06f];

    public override string Name => "house";

    public override float Tilt => 0.03f;

    public override float Reach => 1.18f;

    public override float Bevel => 0.05f;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override float Distance(float x, float y)
    {
        var walls = Box(x, y - 0.43f, 0.75f, 0.5f);
        var chimney = Box(x - 0.5f, y + 0.62f, 0.12f, 0.28f);
        return Math.Min(Math.Min(walls, chimney), Polygon(x, y, s_roof));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override SampleColor Surface(float x, float y, ShapePalette palette)
    {
        if (Polygon(x, y, s_roof) < 0)
            return Tiles(x, y, palette);
        if (y < EavesY)
            return Bricks(x, y, palette.Second * 0.7f, palette);
        var door = Box(x, y - 0.62f, 0.17f, 0.32f);
        if (door < 0)
        {
            var knob = SampleMath.Length(x - 0.1f, y - 0.62f);
            var wood = palette.Dark + 0.12f * palette.Noise.At(x * 22, y * 3);
            return SampleColor.Mix(wood, palette.Pale, 1 - SampleMath.SmoothStep(0.02f, 0.04f, knob));
        }

        float windowX = MathF.Abs(x) - 0.46f, windowY = y - 0.3f;
        var window = Box(windowX, windowY, 0.17f, 0.17f);
        if (window < 0)
        {
            var frame = window > -0.045f || Math.Min(MathF.Abs(windowX), MathF.Abs(windowY)) < 0.02f;
            return frame ? palette.Pale : new SampleColor(0.25f, 0.4f, 0.55f) + 0.3f * (0.3f - windowY + windowX);
        }

        return door < 0.05f ? palette.Pale : Bricks(x, y, palette.Main, palette);
    }

    private static SampleColor Tiles(float x, float y, ShapePalette palette)
    {
        const float Row = 0.13f;
        var row = (int)MathF.Floor((y + 2) / Row);
        var within = SampleMath.Wrap(y + 2, Row) / Row;
        var column = SampleMath.Wrap(x + 2 + (row & 1) * 0.08f, 0.16f) / 0.16f - 0.5f;
        var shade = 0.65f + 0.35f * within - 0.25f * Line(column, 0.12f);
        return palette.Second * (within > 0.88f ? 0.4f : shade);
    }

    private static SampleColor Bricks(float x, float y, SampleColor color, ShapePalette palette)
    {
        const float Row = 0.11f, Column = 0.24f;
        var row = (int)MathF.Floor((y + 2) / Row);
        var shifted = x + 2 + (row & 1) * Column / 2;
        var mortar = SampleMath.Wrap(y + 2, Row) < 0.02f || SampleMath.Wrap(shifted, Column) < 0.02f;
        var tone = 0.75f + 0.3f * palette.Noise.Cell((int)MathF.Floor(shifted / Column), row);
        return mortar ? SampleColor.Mix(color, palette.Pale, 0.75f) : color * tone;
    }
}
