using System.Runtime.Intrinsics;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels;

/// <summary>
/// All kernels in one vector width. Plans hold one set and call through it; tests run every set the machine has.
/// </summary>
internal abstract unsafe partial class KernelSet
{
    private static readonly Lazy<KernelSet> s_best = new(() => Supported()[0]);

    /// <summary>The widest set that this machine runs in hardware.</summary>
    public static KernelSet Best => s_best.Value;

    /// <summary>Floats in a vector.</summary>
    public abstract int VectorWidth { get; }

    /// <summary>Rows of the largest micro-kernel.</summary>
    public abstract int TileRows { get; }

    /// <summary>The caches that work is cut for.</summary>
    public required CacheSizes Caches { get; init; }

    /// <summary>Columns of a full packed panel.</summary>
    public int PanelWidth => 2 * VectorWidth;

    /// <summary>The sets that this machine runs in hardware, widest first; the scalar one is last.</summary>
    /// <param name="caches">The caches that work is cut for; null: this machine's.</param>
    public static IReadOnlyList<KernelSet> Supported(CacheSizes? caches = null)
    {
        caches ??= CacheSizes.OfThisMachine;
        var sets = new List<KernelSet>();
        if (Vector512.IsHardwareAccelerated)
            sets.Add(new KernelSet<Simd512, Vector512<float>> { Caches = caches });
        if (Vector256.IsHardwareAccelerated)
            sets.Add(new KernelSet<Simd256, Vector256<float>> { Caches = caches });
        if (Vector128.IsHardwareAccelerated)
            sets.Add(new KernelSet<Simd128, Vector128<float>> { Caches = caches });
        sets.Add(new KernelSet<SimdScalar, float> { Caches = caches });
        return sets;
    }

    public override string ToString() => VectorWidth == 1 ? "scalar" : $"{VectorWidth * 32}-bit";
}
