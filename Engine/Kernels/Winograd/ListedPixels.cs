using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

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
