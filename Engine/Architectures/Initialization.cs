using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Architectures;

/// <summary>The distribution that a layer's weights are drawn from.</summary>
internal enum Initialization
{
    /// <summary>Normal, standard deviation sqrt(2 / fan-out) (He et al. 2015, for layers followed by ReLU).</summary>
    HeFanOut,

    /// <summary>Normal, standard deviation sqrt(2 / fan-in) (He et al. 2015).</summary>
    HeFanIn,

    /// <summary>Normal, standard deviation sqrt(2 / (fan-in + fan-out)) (Glorot and Bengio 2010).</summary>
    Glorot,

    /// <summary>Normal, standard deviation 0.01 (Krizhevsky et al. 2012; Simonyan and Zisserman 2014).</summary>
    Normal001,

    /// <summary>Uniform in plus or minus sqrt(3 / fan-in): unit gain without a non-linearity (LeCun et al. 1998).</summary>
    LeCun,
}

/// <summary>Draws weights: the same seed gives the same bits on every machine and with any number of threads.</summary>
internal static class WeightInitializer
{
    // A chunk has a generator of its own, so chunks can be drawn in any order.
    private const int ChunkLength = 1 << 14;

    public static Tensor Draw(Initialization kind, ulong seed, int fanIn, int fanOut, params int[] dimensions)
    {
        var values = HugePages.Allocate(dimensions.Aggregate(1, (a, b) => a * b));
        var deviation = kind switch
        {
            Initialization.HeFanOut => Math.Sqrt(2.0 / fanOut),
            Initialization.HeFanIn => Math.Sqrt(2.0 / fanIn),
            Initialization.Glorot => Math.Sqrt(2.0 / (fanIn + fanOut)),
            Initialization.Normal001 => 0.01,
            Initialization.LeCun => Math.Sqrt(1.0 / fanIn),
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
        var chunks = (values.Length + ChunkLength - 1) / ChunkLength;
        Parallel.For(0, chunks, chunk =>
        {
            var part = values.AsSpan(chunk * ChunkLength, Math.Min(ChunkLength, values.Length - chunk * ChunkLength));
            var state = new SplitMix(seed + 0x9E3779B97F4A7C15UL * ((ulong)chunk + 1));
            if (kind == Initialization.LeCun)
                FillUniform(part, ref state, (float)(deviation * Math.Sqrt(3)));
            else
                FillNormal(part, ref state, (float)deviation);
        });
        return Tensor.Of(values, dimensions);
    }

    private static void FillUniform(Span<float> part, ref SplitMix state, float bound)
    {
        foreach (ref var value in part)
            value = (2f * state.NextUnit() - 1f) * bound;
    }

    // Box and Muller (1958): two uniform numbers give two normal ones.
    private static void FillNormal(Span<float> part, ref SplitMix state, float deviation)
    {
        for (var i = 0; i < part.Length; i += 2)
        {
            var radius = deviation * MathF.Sqrt(-2f * MathF.Log(1f - state.NextUnit()));
            (var sine, var cosine) = MathF.SinCos(2f * MathF.PI * state.NextUnit());
            part[i] = radius * cosine;
            if (i + 1 < part.Length)
                part[i + 1] = radius * sine;
        }
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood 2014).</summary>
    private struct SplitMix(ulong seed)
    {
        private ulong _state = seed;

        /// <summary>A number in [0, 1) with 24 random bits.</summary>
        public float NextUnit()
        {
            var z = _state += 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return ((z ^ (z >> 31)) >> 40) * (1f / (1 << 24));
        }
    }
}
