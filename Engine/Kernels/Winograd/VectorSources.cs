using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>What a transform reads along one side of a tile, a vector of channels at a time.</summary>
internal interface IVectorSource<TVec>
    where TVec : unmanaged
{
    /// <summary>The vector of one pixel.</summary>
    TVec Load(int pixel);
}

/// <summary>Vectors that lie one after the other.</summary>
/// <param name="first">The first of them.</param>
internal readonly unsafe struct NeighbouringVectors<TSimd, TVec>(float* first) : IVectorSource<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Load(int pixel) => TSimd.Load(first + (pixel * TSimd.Count));
}

/// <summary>Every so-many-th pixel of a list, from one channel on.</summary>
/// <param name="pixels">The first of them.</param>
/// <param name="step">From one to the next in the list.</param>
/// <param name="channel">First channel.</param>
internal readonly unsafe struct ListedPixels<TSimd, TVec>(float** pixels, nint step, nint channel) : IVectorSource<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVec Load(int pixel) => TSimd.Load(pixels[pixel * step] + channel);
}
