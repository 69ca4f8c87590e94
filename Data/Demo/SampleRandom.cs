namespace MlPipeline.Data.Demo;

/// <summary>xoshiro256** (Blackman and Vigna 2018), seeded by splitmix64: the same numbers on every platform.</summary>
internal sealed class SampleRandom
{
    private ulong _a, _b, _c, _d;

    public SampleRandom(ulong seed)
    {
        _a = NextSeed(ref seed);
        _b = NextSeed(ref seed);
        _c = NextSeed(ref seed);
        _d = NextSeed(ref seed);
    }

    public ulong NextBits()
    {
        var result = ulong.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = ulong.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>In [0, 1), in steps of 2^-24.</summary>
    public float Next() => (NextBits() >> 40) * (1f / (1 << 24));

    /// <summary>In [low, high).</summary>
    public float Next(float low, float high) => low + (high - low) * Next();

    /// <summary>In 0 .. count - 1.</summary>
    public int Below(int count) => (int)((NextBits() >> 32) * (ulong)count >> 32);

    public bool Chance(float probability) => Next() < probability;

    /// <summary>Scrambles a counter into a seed (splitmix64).</summary>
    public static ulong NextSeed(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
