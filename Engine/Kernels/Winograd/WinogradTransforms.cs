using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>The three one-dimensional transforms of a minimal filtering algorithm F(m, r); applied along columns, then
/// rows.</summary>
internal unsafe interface IWinogradTransform<TVec> : IWinogradFilter<TVec>
    where TVec : unmanaged
{
    /// <summary>m + r - 1 components to m values.</summary>
    static abstract void Output(float* source, nint sourceStep, float* target, nint targetStep);
}

/// <summary>The transposes of two of the transforms: what gradients go back through.</summary>
internal unsafe interface IWinogradGradient<TVec> : IWinogradTransform<TVec>
    where TVec : unmanaged
{
    /// <summary>The gradients of m values to those of m + r - 1 components.</summary>
    static abstract void OutputGradient<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec>;

    /// <summary>The gradients of m + r - 1 components of a filter to those of its r weights.</summary>
    static abstract void FilterGradient(float* source, nint sourceStep, float* target, nint targetStep);
}

/// <summary>F(m, 2), as it serves the outer two of three taps where a filter steps by two pixels.</summary>
/// <remarks>
/// y[i] = w0 x[2i] + w1 x[2i+1] + w2 x[2i+2]: the even pixels under a filter of two taps and stride 1, and the odd ones, each
/// of which has one product with w1. The latter are added once the former have been transformed back.
/// </remarks>
internal unsafe interface IStridedWinogradTransform<TVec> : IWinogradFilter<TVec>
    where TVec : unmanaged
{
    /// <summary>m + 1 components to m values, and as many products of odd pixels added to them.</summary>
    static abstract void Output(float* source, nint sourceStep, float* odd, nint oddStep, float* target, nint targetStep);
}

/// <summary>The transforms of one <see cref="WinogradForm"/> in one vector width.</summary>
internal abstract unsafe class WinogradTransforms
{
    /// <summary>Transforms one tile of the input, all channels rounded up to whole vectors.</summary>
    /// <param name="pixels">The tile's pixels, row by row; pointers to zeros where it hangs over the edge.</param>
    /// <param name="channels">Input channels.</param>
    /// <param name="target">Component 0 of this tile.</param>
    /// <param name="componentStride">Floats from one component to the next.</param>
    /// <param name="ahead">Floats from a pixel to that of a tile that comes later, which is asked for; 0: none is.</param>
    public abstract void Input(float** pixels, int channels, float* target, nint componentStride, nint ahead);

    /// <summary>Transforms the components of one tile back and writes what lies inside the map.</summary>
    public abstract void Output(float* components, in WinogradOutput output);

    /// <summary>Transforms filters, one for each lane of a vector.</summary>
    /// <param name="taps">One vector for each weight, row by row.</param>
    /// <param name="components">One vector for each component.</param>
    public abstract void Filter(float* taps, float* components);
}

/// <summary>The transposed transforms of one <see cref="WinogradForm"/> in one vector width.</summary>
internal abstract unsafe class WinogradGradients
{
    /// <summary>Transforms the gradient of one tile of outputs into that of its components.</summary>
    /// <param name="pixels">The tile's pixels, row by row; pointers to zeros where it hangs over the edge.</param>
    /// <param name="channels">Channels: whole vectors.</param>
    /// <param name="target">Component 0.</param>
    /// <param name="componentStride">Floats from one component to the next.</param>
    /// <param name="ahead">Floats from a pixel to that of a tile that comes later, which is asked for; 0: none is.</param>
    public abstract void Output(float** pixels, int channels, float* target, nint componentStride, nint ahead);

    /// <summary>Transforms the gradients of filters' components into those of their weights.</summary>
    /// <param name="components">Component 0.</param>
    /// <param name="componentStride">Floats from one component to the next.</param>
    /// <param name="channels">Filters: whole vectors.</param>
    /// <param name="target">The first weight of all filters, then the second, ...</param>
    public abstract void Filter(float* components, nint componentStride, int channels, float* target);
}

/// <summary>F(1, 1): the side on which a filter is one pixel wide; nothing is transformed.</summary>
internal readonly unsafe struct WinogradNone<TSimd, TVec> : IWinogradTransform<TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    public static int Outputs => 1;

    public static int Taps => 1;

    public static int Components => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<TSource>(TSource source, float* target, nint targetStep)
        where TSource : struct, IVectorSource<TVec> =>
        TSimd.Store(target, source.Load(0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Filter(TVec* source, int sourceStep, TVec* target, int targetStep) => *target = *source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* source, nint sourceStep, float* target, nint targetStep) =>
        TSimd.Store(target, TSimd.Load(source));
}
