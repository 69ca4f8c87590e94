using MlPipeline.Data.Splits;

namespace MlPipeline.Trainers.Search;

/// <summary>Random numbers for one trial, the same on every machine.</summary>
public sealed class TrialRandom
{
    private readonly SeededRandom _random;

    /// <summary>Begins the sequence of a study's seed and a trial's number.</summary>
    public TrialRandom(int seed, int trial)
    {
        var mixed = new SeededRandom(unchecked((uint)seed * 0x9E3779B97F4A7C15UL)).NextUInt64();
        _random = new SeededRandom(mixed ^ unchecked((uint)trial * 0xD1342543DE82EF95UL));
        _random.NextUInt64();
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => _random.NextDouble();

    /// <summary>Normal with mean 0 and deviation 1 (Box and Muller 1958).</summary>
    public double NextNormal() => _random.NextNormal();

    /// <summary>A point with uniform coordinates.</summary>
    public double[] NextPoint(int dimensions)
    {
        var point = new double[dimensions];
        for (var i = 0; i < dimensions; i++)
            point[i] = NextDouble();
        return point;
    }
}
