using System.Runtime.CompilerServices;

namespace MlPipeline.Data.Demo;

/// <summary>Value noise: random numbers at whole coordinates, smoothly joined; repeats after 64 cells.</summary>
internal readonly struct SampleNoise
{
    private const int Side = 64, Mask = Side - 1;

    private readonly float[] _cells = new float[Side * Side];

    public SampleNoise(SampleRandom random)
    {
        for (var i = 0; i < _cells.Length; i += 2)
        {
            var bits = random.NextBits();
            _cells[i] = (bits >> 40) * (1f / (1 << 24));
            _cells[i + 1] = ((bits >> 16) & 0xFFFFFF) * (1f / (1 << 24));
        }
    }

    /// <summary>In 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(float x, float y)
    {
        float left = MathF.Floor(x), top = MathF.Floor(y);
        (var column, var row) = ((int)left, (int)top);
        float u = x - left, v = y - top;
        u = u * u * (3 - 2 * u);
        v = v * v * (3 - 2 * v);
        var upper = SampleMath.Mix(Cell(column, row), Cell(column + 1, row), u);
        var lower = SampleMath.Mix(Cell(column, row + 1), Cell(column + 1, row + 1), u);
        return SampleMath.Mix(upper, lower, v);
    }

    /// <summary>Octaves of halved strength and doubled fineness, in 0 to 1.</summary>
    public float Fractal(float x, float y, int octaves)
    {
        float sum = 0, strength = 1, total = 0;
        for (var i = 0; i < octaves; i++)
        {
            sum += strength * At(x, y);
            total += strength;
            strength *= 0.5f;
            x = x * 2 + 17.3f;
            y = y * 2 + 9.1f;
        }

        return sum / total;
    }

    /// <summary>The random number of a cell, 0 to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Cell(int column, int row) => _cells[(row & Mask) * Side + (column & Mask)];
}
