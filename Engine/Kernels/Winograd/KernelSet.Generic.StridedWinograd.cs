using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Winograd's transforms for filters that step by two pixels.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    private static WinogradTransforms Strided(WinogradAxis y, WinogradAxis x) => (y.Outputs, x.Outputs) switch
    {
        (4, 4) => new StridedTransforms<WinogradF4Of2<TSimd, TVec>, WinogradF4Of2<TSimd, TVec>>(),
        (2, 2) => new StridedTransforms<WinogradF2Of2<TSimd, TVec>, WinogradF2Of2<TSimd, TVec>>(),
        (2, 1) => new StridedTransforms<WinogradF2Of2<TSimd, TVec>, WinogradF2Of2Edge1<TSimd, TVec>>(),
        (1, 2) => new StridedTransforms<WinogradF2Of2Edge1<TSimd, TVec>, WinogradF2Of2<TSimd, TVec>>(),
        (1, 1) => new StridedTransforms<WinogradF2Of2Edge1<TSimd, TVec>, WinogradF2Of2Edge1<TSimd, TVec>>(),
        _ => throw new ArgumentOutOfRangeException(nameof(y), (y, x), "There are no kernels for them."),
    };

    /// <summary>
    /// Components of even rows and columns come first, row by row; where rows are odd they lie column by column, as
    /// <see cref="WinogradForm.ComponentsOf"/> says.
    /// </summary>
    private sealed class StridedTransforms<TY, TX> : WinogradTransforms
        where TY : struct, IStridedWinogradTransform<TVec>
        where TX : struct, IStridedWinogradTransform<TVec>
    {
        private const int Taps = 3;

        /// <summary>Pixels of a tile's row.</summary>
        private static int Pixels
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => (2 * TX.Outputs) + 1;
        }

        private static int EvenPixels
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TX.Outputs + 1;
        }

        /// <summary>Components of a whole tile's row.</summary>
        private static int Width
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TX.Components + TX.Components - 1;
        }

        private static int OddRows
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TY.Components - 1;
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Input(float** pixels, int channels, float* target, nint componentStride, nint ahead)
        {
            var half = stackalloc float[(25 * TSimd.Count) + 16];
            half = Align(half);
            var rowStride = Width * componentStride;
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                var component = target + c;
                if (ahead != 0 && c % CacheLine == 0)
                    AskAhead(pixels, (2 * TY.Outputs) + 1, Pixels, Pixels - (2 * TX.Outputs), c + ahead);
                for (var x = 0; x < EvenPixels; x++)
                    TY.Input(PixelsOf(pixels + (2 * x), 2 * Pixels, c), half + (x * TSimd.Count), EvenPixels * TSimd.Count);
                for (var x = 0; x < TX.Outputs; x++)
                {
                    var odd = component + ((TX.Components + x) * componentStride);
                    TY.Input(PixelsOf(pixels + (2 * x) + 1, 2 * Pixels, c), odd, rowStride);
                }

                for (var y = 0; y < TY.Components; y++, component += rowStride)
                {
                    if (Has(TY.Missing, y))
                        TX.Input(Vectors(half + (y * EvenPixels * TSimd.Count)), component, componentStride);
                }

                for (var y = 0; y < TY.Outputs; y++, component += componentStride)
                {
                    var row = pixels + (((2 * y) + 1) * Pixels);
                    TX.Input(PixelsOf(row, 2, c), component, OddRows * componentStride);
                    for (var x = 0; x < TX.Outputs; x++)
                    {
                        var column = (TX.Components + x) * OddRows * componentStride;
                        TSimd.Store(component + column, TSimd.Load(row[(2 * x) + 1] + c));
                    }
                }
            }
        }

        public override void Output(float* components, in WinogradOutput output)
        {
            var whole = output.Channels / TSimd.Count * TSimd.Count;
            Output<WholeVectors>(components, output, 0, whole);
            if (whole < output.Channels)
                Output<FirstLanes>(components, output, whole, output.Channels);
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Output<TExtent>(float* components, in WinogradOutput output, nint first, nint end)
            where TExtent : struct, IExtent
        {
            var half = stackalloc float[(40 * TSimd.Count) + 16];
            half = Align(half);
            var line = half + (36 * TSimd.Count);
            nint stride = output.ComponentStride, rowStep = Width * TSimd.Count;
            TVec low = TSimd.Broadcast(output.Low), high = TSimd.Broadcast(output.High);
            for (var n = first; n < end; n += TSimd.Count)
            {
                float* even = components + n, odd = even + (TY.Components * Width * stride);
                Ask(output, n);
                for (var x = 0; x < TX.Components + TX.Outputs; x++, even += stride, odd += OddRows * stride)
                {
                    if (Has(TX.Missing, x))
                        TY.Output(even, Width * stride, odd, stride, half + (x * TSimd.Count), rowStep);
                }

                var bias = TSimd.Load(output.Bias + n);
                for (var y = 0; y < output.Rows; y++)
                {
                    var row = half + (y * rowStep);
                    TX.Output(row, TSimd.Count, row + (TX.Components * TSimd.Count), TSimd.Count, line, TSimd.Count);
                    Finish<TExtent>(output, y, n, line, bias, low, high);
                }
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Filter(float* taps, float* components)
        {
            TVec* source = (TVec*)taps, target = (TVec*)components, half = stackalloc TVec[(TY.Components + 1) * Taps];
            for (var x = 0; x < Taps; x++)
            {
                TY.Filter(source + x, 2 * Taps, half + x, Taps);
                half[(TY.Components * Taps) + x] = source[Taps + x];
            }

            for (var y = 0; y <= TY.Components; y++, half += Taps, target += TX.Components + 1)
            {
                TX.Filter(half, 2, target, 1);
                target[TX.Components] = half[1];
            }
        }
    }
}
