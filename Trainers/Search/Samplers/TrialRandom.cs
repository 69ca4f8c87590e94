namespace MlPipeline.Trainers.Search;

/// <summary>Random numbers for one trial: SplitMix64 (Steele, Lea and Flood 2014), the same on every machine.</summary>
public sealed class TrialRandom
{
    private ulong _state;

    /// <summary>Begins the sequence of a study's seed and a trial's number.</summary>
    public TrialRandom(int seed, int trial)
    {
        _state = (uint)seed * 0x9E3779B97F4A7C15UL;
        _state = Next() ^ ((uint)trial * 0xD1342543DE82EF95UL);
        Next();
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A point with uniform coordinates.</summary>
    public double[] NextPoint(int dimensions)
    {
        var point = new double[dimensions];
        for (var i = 0; i < dimensions; i++)
            point[i] = NextDouble();
        return point;
    }

    private ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
