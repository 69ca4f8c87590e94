using System.Runtime.CompilerServices;
using MlPipeline.Imaging;

namespace MlPipeline.Data.Demo;

/// <summary>A cluttered, textured background: a ground of one of five kinds, and distractors that are like no object.</summary>
internal sealed class SampleBackground
{
    private readonly SampleRandom _random;
    private readonly SampleNoise _noise;
    private readonly SampleNoise _fine;
    private readonly SampleColor _one, _two, _three;
    private readonly float _directionX, _directionY, _frequency, _warp;
    private readonly int _kind;

    public SampleBackground(SampleRandom random)
    {
        _random = random;
        _noise = new SampleNoise(random);
        _fine = new SampleNoise(random);
        var value = random.Next(0.3f, 0.75f);
        _one = SampleColor.Random(random, 0.05f, 0.24f, value, value + 0.08f);
        _two = SampleColor.Random(random, 0.05f, 0.24f, value, value + 0.1f);
        _three = SampleColor.Random(random, 0.05f, 0.35f, value - 0.12f, value + 0.05f);
        var angle = random.Next(0, SampleMath.Tau);
        _directionX = SampleMath.Cos(angle);
        _directionY = SampleMath.Sin(angle);
        _frequency = random.Next(4f, 9f);
        _warp = random.Next(0.2f, 1.2f);
        _kind = random.Below(5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Paint(Raster raster)
    {
        var size = raster.Width;
        for (var y = 0; y < size; y++)
        {
            var row = raster.Row(y);
            for (var x = 0; x < size; x++)
                Store(row, x, Ground((x + 0.5f) / size, (y + 0.5f) / size));
        }

        int blobs = 2 + _random.Below(5), lines = 1 + _random.Below(3), shards = 1 + _random.Below(3);
        for (var i = 0; i < blobs; i++)
            PaintBlob(raster);
        for (var i = 0; i < shards; i++)
            PaintShard(raster);
        for (var i = 0; i < lines; i++)
            PaintLine(raster);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SampleColor Ground(float x, float y)
    {
        var along = x * _directionX + y * _directionY;
        var fine = _fine.At(x * 97, y * 97);
        float share;
        switch (_kind)
        {
            case 0: // clouds
                share = _noise.Fractal(x * _frequency, y * _frequency, 3);
                share = SampleMath.SmoothStep(0.25f, 0.75f, share);
                break;
            case 1: // a slope, roughly grained
                share = along * 0.6f + 0.2f + 0.5f * (_noise.Fractal(x * 12, y * 12, 2) - 0.5f);
                break;
            case 2: // bent stripes
                var bend = _warp * (_noise.At(x * 3, y * 3) - 0.5f);
                share = 0.5f + 0.5f * SampleMath.Sin((along + bend * 0.3f) * _frequency * 4.5f);
                share = SampleMath.SmoothStep(0.2f, 0.8f, share);
                break;
            case 3: // cobbles
                return Cobbles(x * _frequency * 1.3f, y * _frequency * 1.3f) * (0.92f + 0.16f * fine);
            default: // weave
                var across = y * _directionX - x * _directionY;
                var over = (((int)MathF.Floor(along * _frequency * 2) + (int)MathF.Floor(across * _frequency * 2)) & 1) == 0;
                share = over ? 0.15f + 0.4f * _noise.At(along * 80, across * 6) : 0.6f + 0.4f * _noise.At(along * 6, across * 80);
                break;
        }

        var color = SampleColor.Mix(_one, _two, Math.Clamp(share, 0f, 1f));
        var spots = SampleMath.SmoothStep(0.6f, 0.75f, _noise.At(x * 7 + 50, y * 7 + 50));
        return SampleColor.Mix(color, _three, 0.5f * spots) * (0.92f + 0.16f * fine);
    }

    /// <summary>The nearest of the points scattered one to a cell owns the place (Worley 1996).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private SampleColor Cobbles(float x, float y)
    {
        float nearest = 9, second = 9, tone = 0;
        int column = (int)MathF.Floor(x), row = (int)MathF.Floor(y);
        for (var j = row - 1; j <= row + 1; j++)
        {
            for (var i = column - 1; i <= column + 1; i++)
            {
                var distance = SampleMath.Length(i + _noise.Cell(i, j) - x, j + _fine.Cell(i, j) - y);
                if (distance < nearest)
                    (second, nearest, tone) = (nearest, distance, _noise.Cell(i + 999, j));
                else
                    second = Math.Min(second, distance);
            }
        }

        var joint = SampleMath.SmoothStep(0.02f, 0.16f, second - nearest);
        return SampleColor.Mix(_three * 0.88f, SampleColor.Mix(_one, _two, tone), joint);
    }

    private void PaintBlob(Raster raster)
    {
        var size = raster.Width;
        float centerX = _random.Next() * size, centerY = _random.Next() * size;
        var radius = _random.Next(0.02f, 0.07f) * size;
        var color = SampleColor.Random(_random, 0.1f, 0.4f, 0.25f, 0.75f);
        var soft = _random.Next(0.15f, 0.9f);
        Cover(raster, centerX, centerY, radius + 1, radius + 1, color, (x, y) =>
            1 - SampleMath.SmoothStep(radius * (1 - soft), radius + 0.7f, SampleMath.Length(x - centerX, y - centerY)));
    }

    private void PaintLine(Raster raster)
    {
        var size = raster.Width;
        float fromX = _random.Next() * size, fromY = _random.Next() * size;
        float angle = _random.Next(0, SampleMath.Tau), length = _random.Next(0.2f, 0.7f) * size;
        (var alongX, var alongY) = (SampleMath.Cos(angle), SampleMath.Sin(angle));
        float bend = _random.Next(-0.12f, 0.12f) * size, half = _random.Next(0.4f, 1.6f) * size / 160;
        var color = SampleColor.Random(_random, 0.1f, 0.4f, 0.2f, 0.75f);
        float middleX = fromX + alongX * length / 2, middleY = fromY + alongY * length / 2;
        var spread = MathF.Abs(bend) + 3;
        float reachX = length / 2 * MathF.Abs(alongX) + spread, reachY = length / 2 * MathF.Abs(alongY) + spread;
        Cover(raster, middleX, middleY, reachX, reachY, color, (x, y) =>
        {
            var along = ((x - fromX) * alongX + (y - fromY) * alongY) / length;
            if (along < 0 || along > 1)
                return 0;
            var across = (y - fromY) * alongX - (x - fromX) * alongY - bend * 4 * along * (1 - along);
            return Math.Clamp(half + 0.5f - MathF.Abs(across), 0f, 1f);
        });
    }

    private void PaintShard(Raster raster)
    {
        var size = raster.Width;
        float centerX = _random.Next() * size, centerY = _random.Next() * size, reach = _random.Next(0.03f, 0.08f) * size;
        var angle = _random.Next(0, SampleMath.Tau);
        (var cos, var sin) = (SampleMath.Cos(angle), SampleMath.Sin(angle));
        float high = reach * _random.Next(0.25f, 0.8f), slant = _random.Next(-0.6f, 0.6f);
        var color = SampleColor.Random(_random, 0.1f, 0.4f, 0.25f, 0.75f);
        Cover(raster, centerX, centerY, reach * 1.5f + 1, reach * 1.5f + 1, color, (x, y) =>
        {
            float u = (x - centerX) * cos + (y - centerY) * sin, v = (y - centerY) * cos - (x - centerX) * sin;
            var outside = Math.Max(MathF.Abs(u + slant * v) - reach, MathF.Abs(v) - high);
            return Math.Clamp(0.5f - outside, 0f, 1f);
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Cover(
        Raster raster, float centerX, float centerY, float reachX, float reachY, SampleColor color,
        Func<float, float, float> coverage)
    {
        var size = raster.Width;
        int left = Math.Max(0, (int)(centerX - reachX)), right = Math.Min(size - 1, (int)(centerX + reachX) + 1);
        int top = Math.Max(0, (int)(centerY - reachY)), bottom = Math.Min(size - 1, (int)(centerY + reachY) + 1);
        for (var y = top; y <= bottom; y++)
        {
            var row = raster.Row(y);
            for (var x = left; x <= right; x++)
            {
                var share = coverage(x + 0.5f, y + 0.5f);
                if (share > 0)
                    Store(row, x, SampleColor.Mix(Load(row, x), color, share));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SampleColor Load(ReadOnlySpan<byte> row, int x) =>
        new(row[3 * x] * (1 / 255f), row[3 * x + 1] * (1 / 255f), row[3 * x + 2] * (1 / 255f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Span<byte> row, int x, SampleColor color)
    {
        row[3 * x] = ToByte(color.R);
        row[3 * x + 1] = ToByte(color.G);
        row[3 * x + 2] = ToByte(color.B);
    }

    private static byte ToByte(float value) => (byte)(Math.Clamp(value, 0f, 1f) * 255 + 0.5f);
}
