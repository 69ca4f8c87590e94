using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Vectors that lie one after the other.</summary>
/// <param name="first">The first of them.</param>
internal readonly unsafe struct NeighbouringVectors<TSimd, TVec>(float* first) : IVectorSource<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Load(int pixel) => TSimd.Load(first + (pixel * TSimd.Count));
}
