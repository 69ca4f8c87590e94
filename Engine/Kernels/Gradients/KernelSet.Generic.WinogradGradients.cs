using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>The transposes of Winograd's transforms.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    public override WinogradGradients WinogradGradients(WinogradAxis axis) => (axis.Outputs, axis.Taps) switch
    {
        (4, 3) => new SquareGradients<WinogradF4Of3<TSimd, TVec>>(),
        (2, 3) => new SquareGradients<WinogradF2Of3<TSimd, TVec>>(),
        _ => throw new ArgumentOutOfRangeException(nameof(axis), axis, "There are no kernels for it."),
    };

    /// <summary>Those of one algorithm along both sides.</summary>
    private sealed class SquareGradients<T> : WinogradGradients
        where T : struct, IWinogradGradient<TVec>
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Output(float** pixels, int channels, float* target, nint componentStride, nint ahead)
        {
            var half = stackalloc float[(24 * TSimd.Count) + 16];
            half = Align(half);
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                if (ahead != 0 && c % CacheLine == 0)
                    AskAhead(pixels, T.Outputs, T.Outputs, 0, c + ahead);
                for (var x = 0; x < T.Outputs; x++)
                    T.OutputGradient(PixelsOf(pixels + x, T.Outputs, c), half + (x * TSimd.Count), T.Outputs * TSimd.Count);
                var component = target + c;
                for (var y = 0; y < T.Components; y++, component += T.Components * componentStride)
                    T.OutputGradient(Vectors(half + (y * T.Outputs * TSimd.Count)), component, componentStride);
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Filter(float* components, nint componentStride, int channels, float* target)
        {
            var half = stackalloc float[(18 * TSimd.Count) + 16];
            half = Align(half);
            var rowStep = T.Components * TSimd.Count;
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                for (var x = 0; x < T.Components; x++)
                {
                    T.FilterGradient(components + c + (x * componentStride), T.Components * componentStride,
                        half + (x * TSimd.Count), rowStep);
                }

                for (var y = 0; y < T.Taps; y++)
                    T.FilterGradient(half + (y * rowStep), TSimd.Count, target + (T.Taps * y * (nint)channels) + c, channels);
            }
        }
    }
}
