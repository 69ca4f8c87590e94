using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels;

/// <summary>The kernels compiled for one vector type.</summary>
internal sealed unsafe partial class KernelSet<TSimd, TVec> : KernelSet
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public override int VectorWidth => TSimd.Count;

    public override int TileRows => TSimd.TileRows;

    /// <summary>The next cache line's beginning: a vector across two lines takes twice as long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Align(float* pointer) => (float*)(((nint)pointer + 63) & ~63);

    /// <summary>Stores a whole vector, or its first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes<TExtent>(float* target, TVec value, int lanes)
        where TExtent : struct, IExtent
    {
        if (TExtent.IsWhole)
            TSimd.Store(target, value);
        else
            StoreSomeLanes(target, value, lanes);
    }

    /// <summary>Stores a vector's first lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreLanes(float* target, TVec value, int lanes)
    {
        if (lanes == TSimd.Count)
            TSimd.Store(target, value);
        else
            StoreSomeLanes(target, value, lanes);
    }

    [SkipLocalsInit]
    private static void StoreSomeLanes(float* target, TVec value, int lanes)
    {
        var all = stackalloc float[16];
        TSimd.Store(all, value);
        for (var i = 0; i < lanes; i++)
            target[i] = all[i];
    }
}
