using System.Runtime.CompilerServices;
using MlPipeline.Data.Demo.Shapes;
using MlPipeline.Imaging;

namespace MlPipeline.Data.Demo;

/// <summary>Paints one picture: background, shadow, the object under a light, then what a camera adds.</summary>
internal static class SamplePainter
{
    private const float LeastSide = 0.54f, MostSide = 0.8f;

    /// <summary>How much of a pixel the object must cover to count in its box.</summary>
    private const float CountedCoverage = 0.5f;

    /// <summary>So many pixels from the edge (by a distance that is only about right) nothing of a pixel is covered.</summary>
    private const float FarOutside = 3;

    /// <param name="shape">The object.</param>
    /// <param name="size">The picture's sides in pixels.</param>
    /// <param name="seed">Everything else follows from it.</param>
    /// <param name="coverage">Receives, if it is not empty, how much of each pixel the object covers.</param>
    public static (Raster Picture, PixelBox Box) Paint(SampleShape shape, int size, ulong seed, Span<float> coverage = default)
    {
        SampleRandom random = new(seed);
        Raster raster = new(size, size);
        new SampleBackground(random).Paint(raster);

        Placement placement = new(random, shape, size);
        var palette = ContrastingPalette(random, shape, raster, placement);
        PaintShadow(raster, shape, placement, random.Next(0.25f, 0.5f));
        var box = PaintObject(raster, shape, placement, palette, random, coverage);
        Expose(raster, random);
        return (raster, box);
    }

    /// <summary>Of some palettes the first whose main colour stands out from the place; the best of them if none does.</summary>
    private static ShapePalette ContrastingPalette(
        SampleRandom random, SampleShape shape, Raster raster, Placement placement)
    {
        SampleColor sum = default;
        var count = 0;
        for (var y = placement.Top; y <= placement.Bottom; y += 4)
        {
            for (var x = placement.Left; x <= placement.Right; x += 4, count++)
            {
                var color = SampleBackground.Load(raster.Row(y), x);
                sum = new SampleColor(sum.R + color.R, sum.G + color.G, sum.B + color.B);
            }
        }

        var mean = sum * (1f / count);
        ShapePalette best = new(random, shape);
        for (var i = 0; i < 6 && SampleColor.Difference(best.Main, mean) < 0.9f; i++)
        {
            ShapePalette other = new(random, shape);
            if (SampleColor.Difference(other.Main, mean) > SampleColor.Difference(best.Main, mean))
                best = other;
        }

        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PaintShadow(Raster raster, SampleShape shape, Placement placement, float strength)
    {
        const float Shift = 0.09f, Soft = 0.22f;
        var margin = (int)(placement.Scale * (Shift + Soft)) + 1;
        for (var y = Math.Max(0, placement.Top - margin); y <= Math.Min(raster.Height - 1, placement.Bottom + margin); y++)
        {
            var row = raster.Row(y);
            for (var x = Math.Max(0, placement.Left - margin); x <= Math.Min(raster.Width - 1, placement.Right + margin); x++)
            {
                var shift = Shift * placement.Scale;
                (var u, var v) = placement.ToShape(
                    x + 0.5f + placement.LightX * shift, y + 0.5f + placement.LightY * shift);
                var dark = strength * (1 - SampleMath.SmoothStep(-0.05f, Soft, shape.Distance(u, v)));
                if (dark > 0)
                    SampleBackground.Store(row, x, SampleBackground.Load(row, x) * (1 - dark));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static PixelBox PaintObject(
        Raster raster, SampleShape shape, Placement placement, ShapePalette palette, SampleRandom random, Span<float> coverage)
    {
        int left = int.MaxValue, right = -1, top = int.MaxValue, bottom = -1;
        float ambient = random.Next(0.55f, 0.75f), gloss = random.Next(0.1f, 0.35f);
        Span<float> distances = stackalloc float[4];
        for (var y = placement.Top; y <= placement.Bottom; y++)
        {
            var row = raster.Row(y);
            for (var x = placement.Left; x <= placement.Right; x++)
            {
                (var middleX, var middleY) = placement.ToShape(x + 0.5f, y + 0.5f);
                if (shape.Distance(middleX, middleY) * placement.Scale > FarOutside)
                    continue;
                float cover = 0;
                for (var i = 0; i < 4; i++)
                {
                    (var u, var v) = placement.ToShape(x + 0.25f + 0.5f * (i & 1), y + 0.25f + 0.5f * (i >> 1));
                    distances[i] = shape.Distance(u, v);
                    cover += Math.Clamp(0.5f - distances[i] * placement.Scale * 2, 0f, 1f);
                }

                if (cover == 0)
                    continue;
                cover /= 4;
                var color = Surface(shape, placement, palette, x, y);
                color = Light(color, distances, shape.Bevel, placement, ambient, gloss);
                SampleBackground.Store(row, x, SampleColor.Mix(SampleBackground.Load(row, x), color, cover));
                if (!coverage.IsEmpty)
                    coverage[y * raster.Width + x] = cover;
                if (cover >= CountedCoverage)
                {
                    (left, right) = (Math.Min(left, x), Math.Max(right, x));
                    (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                }
            }
        }

        return new PixelBox(left, top, right - left + 1, bottom - top + 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static SampleColor Surface(SampleShape shape, Placement placement, ShapePalette palette, int x, int y)
    {
        float r = 0, g = 0, b = 0;
        for (var i = 0; i < 4; i++)
        {
            (var u, var v) = placement.ToShape(x + 0.25f + 0.5f * (i & 1), y + 0.25f + 0.5f * (i >> 1));
            var color = shape.Surface(u, v, palette);
            r += color.R;
            g += color.G;
            b += color.B;
        }

        return new SampleColor(r, g, b) * 0.25f;
    }

    /// <summary>The surface slopes away near the edge, along the distance's gradient; Lambert's law and a highlight.</summary>
    private static SampleColor Light(
        SampleColor surface, ReadOnlySpan<float> distances, float bevel, Placement placement, float ambient, float gloss)
    {
        var gradientX = (distances[1] + distances[3] - distances[0] - distances[2]) * placement.Scale;
        var gradientY = (distances[2] + distances[3] - distances[0] - distances[1]) * placement.Scale;
        var middle = (distances[0] + distances[1] + distances[2] + distances[3]) / 4;
        var slope = 1 - Math.Clamp(-middle / bevel, 0f, 1f);
        slope *= 0.9f;
        var facing = MathF.Sqrt(Math.Max(0.05f, 1 - slope * slope));
        var toLight = (gradientX * placement.LightX + gradientY * placement.LightY) * slope * 0.7f + facing * 0.7f;
        var light = ambient + (1.15f - ambient) * Math.Max(0, toLight) * 1.3f;
        var shine = SampleMath.SmoothStep(0.8f, 1f, toLight) * gloss;
        return surface * light + shine;
    }

    /// <summary>Exposure, a cast of colour, darker corners and grain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Expose(Raster raster, SampleRandom random)
    {
        var gain = random.Next(0.8f, 1.15f);
        (var red, var green, var blue) = (random.Next(0.92f, 1.08f), random.Next(0.92f, 1.08f), random.Next(0.92f, 1.08f));
        float corners = random.Next(0f, 0.3f), grain = random.Next(0.005f, 0.025f);
        SampleNoise noise = new(random);
        var middle = raster.Width / 2f;
        for (var y = 0; y < raster.Height; y++)
        {
            var row = raster.Row(y);
            for (var x = 0; x < raster.Width; x++)
            {
                float offX = (x + 0.5f - middle) / middle, offY = (y + 0.5f - middle) / middle;
                var light = gain * (1 - corners * 0.5f * (offX * offX + offY * offY));
                var color = SampleBackground.Load(row, x);
                color = new SampleColor(color.R * red, color.G * green, color.B * blue) * light;
                SampleBackground.Store(row, x, color + grain * (noise.Cell(x, y) * 2 - 1));
            }
        }
    }

    /// <summary>Where the object is, how large, how turned, and where the light comes from.</summary>
    private sealed class Placement
    {
        private readonly float _centerX, _centerY, _cos, _sin, _stretch, _flip;

        public Placement(SampleRandom random, SampleShape shape, int size)
        {
            Scale = random.Next(LeastSide, MostSide) * size / 2;
            var angle = random.Next(-shape.Tilt, shape.Tilt) * SampleMath.Tau;
            _cos = SampleMath.Cos(angle);
            _sin = SampleMath.Sin(angle);
            _stretch = random.Next(0.9f, 1f);
            _flip = random.Chance(0.5f) ? -1 : 1;

            var reach = Math.Min(Scale * shape.Reach + 2, size / 2f - 1);
            _centerX = random.Next(reach, size - reach);
            _centerY = random.Next(reach, size - reach);
            Left = Math.Max(0, (int)(_centerX - reach));
            Right = Math.Min(size - 1, (int)(_centerX + reach) + 1);
            Top = Math.Max(0, (int)(_centerY - reach));
            Bottom = Math.Min(size - 1, (int)(_centerY + reach) + 1);

            var light = random.Next(0, SampleMath.Tau);
            LightX = SampleMath.Cos(light);
            LightY = SampleMath.Sin(light);
        }

        /// <summary>Pixels per unit of the shape's coordinates.</summary>
        public float Scale { get; }

        public float LightX { get; }

        public float LightY { get; }

        public int Left { get; }

        public int Right { get; }

        public int Top { get; }

        public int Bottom { get; }

        public (float X, float Y) ToShape(float x, float y)
        {
            x = (x - _centerX) / Scale;
            y = (y - _centerY) / Scale;
            return ((x * _cos + y * _sin) * _flip, (y * _cos - x * _sin) / _stretch);
        }
    }
}
