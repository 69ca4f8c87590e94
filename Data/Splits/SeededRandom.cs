namespace MlPipeline.Data.Splits;

/// <summary>
/// A small seeded generator with the same numbers on every platform and version: SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
public sealed class SeededRandom
{
    private ulong _state;

    /// <summary>Starts the sequence of a seed.</summary>
    public SeededRandom(int seed)
    {
        _state = unchecked((ulong)(long)seed);
    }

    /// <summary>Starts the sequence of a state of 64 bits.</summary>
    public SeededRandom(ulong state)
    {
        _state = state;
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        unchecked
        {
            _state += 0x9E3779B97F4A7C15UL;
            var z = _state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }

    /// <summary>
    /// A number in [0, <paramref name="limit"/>), every one equally likely but for 2^-32 (Lemire's multiplication).
    /// </summary>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)Math.BigMul(NextUInt64(), (ulong)limit, out _);
    }

    /// <summary>A number in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from the normal distribution with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Puts a list in random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}
