using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Kernels;

/// <content>Winograd's transforms.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    /// <summary>Floats of a cache line.</summary>
    private const int CacheLine = 16;

    public override WinogradTransforms Winograd(WinogradAxis y, WinogradAxis x) => (y.Outputs, y.Taps, y.Missing) switch
    {
        _ when y.Stride > 1 => Strided(y, x),
        (4, 3, 0) => Along<WinogradF4Of3<TSimd, TVec>>(x),
        (3, 3, _) => Along<WinogradF4Of3Edge3<TSimd, TVec>>(x),
        (2, 3, 0) => Along<WinogradF2Of3<TSimd, TVec>>(x),
        (2, 3, _) => Along<WinogradF4Of3Edge2<TSimd, TVec>>(x),
        (1, 3, 0b1000) => Along<WinogradF2Of3Edge1<TSimd, TVec>>(x),
        (1, 3, _) => Along<WinogradF4Of3Edge1<TSimd, TVec>>(x),
        (2, 5, _) => Along<WinogradF2Of5<TSimd, TVec>>(x),
        (4, 7, _) => Along<WinogradF4Of7<TSimd, TVec>>(x),
        (1, 1, _) => Along<WinogradNone<TSimd, TVec>>(x),
        _ => throw new ArgumentOutOfRangeException(nameof(y), y, "There are no kernels for it."),
    };

    private static WinogradTransforms Along<TY>(WinogradAxis x)
        where TY : struct, IWinogradTransform<TVec> => (x.Outputs, x.Taps, x.Missing) switch
        {
            (4, 3, 0) => new Transforms<TY, WinogradF4Of3<TSimd, TVec>>(),
            (3, 3, _) => new Transforms<TY, WinogradF4Of3Edge3<TSimd, TVec>>(),
            (2, 3, 0) => new Transforms<TY, WinogradF2Of3<TSimd, TVec>>(),
            (2, 3, _) => new Transforms<TY, WinogradF4Of3Edge2<TSimd, TVec>>(),
            (1, 3, 0b1000) => new Transforms<TY, WinogradF2Of3Edge1<TSimd, TVec>>(),
            (1, 3, _) => new Transforms<TY, WinogradF4Of3Edge1<TSimd, TVec>>(),
            (2, 5, _) => new Transforms<TY, WinogradF2Of5<TSimd, TVec>>(),
            (4, 7, _) => new Transforms<TY, WinogradF4Of7<TSimd, TVec>>(),
            (1, 1, _) => new Transforms<TY, WinogradNone<TSimd, TVec>>(),
            _ => throw new ArgumentOutOfRangeException(nameof(x), x, "There are no kernels for it."),
        };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ListedPixels<TSimd, TVec> PixelsOf(float** pixels, nint step, nint channel) => new(pixels, step, channel);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static NeighbouringVectors<TSimd, TVec> Vectors(float* first) => new(first);

    /// <summary>Whether a component is none of the missing ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Has(int missing, int component) => ((missing >> component) & 1) == 0;

    /// <summary>Asks for what the next tile has and this one does not: its columns from some on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AskAhead(float** pixels, int rows, int columns, int firstNew, nint ahead)
    {
        for (var row = pixels; row < pixels + (rows * columns); row += columns)
        {
            for (var x = firstNew; x < columns; x++)
                TSimd.Prefetch(row[x] + ahead);
        }
    }

    /// <summary>Asks for lines that will be written, and for what will be added: a store that has to wait for its line holds up
    /// those after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(in WinogradOutput output, nint channel)
    {
        for (var y = 0; y < output.Rows; y++)
        {
            var target = output.Target + output.Ahead + (y * output.RowStride) + channel;
            for (var x = 0; x < output.Columns; x++, target += output.PixelStride)
                TSimd.Prefetch(target);
            if (output.Residual == null)
                continue;
            var residual = output.Residual + output.ResidualAhead + (y * output.ResidualRowStride) + channel;
            for (var x = 0; x < output.Columns; x++, residual += output.ResidualPixelStride)
                TSimd.Prefetch(residual);
        }
    }

    /// <summary>Does to one row of a tile what is done to outputs, and writes what lies inside the map.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish<TExtent>(in WinogradOutput output, int y, nint channel, float* line, TVec bias, TVec low,
        TVec high)
        where TExtent : struct, IExtent
    {
        var target = output.Target + (y * output.RowStride) + channel;
        var residual = output.Residual + (y * output.ResidualRowStride) + channel;
        var lanes = (int)(output.Channels - channel);
        for (var x = 0; x < output.Columns; x++)
        {
            var value = TSimd.Add(TSimd.Load(line + (x * TSimd.Count)), bias);
            if (output.Residual != null)
            {
                value = TSimd.Add(value, TSimd.Load(residual));
                residual += output.ResidualPixelStride;
            }

            StoreLanes<TExtent>(target, TSimd.Min(high, TSimd.Max(low, value)), lanes);
            target += output.PixelStride;
        }
    }

    private sealed class Transforms<TY, TX> : WinogradTransforms
        where TY : struct, IWinogradTransform<TVec>
        where TX : struct, IWinogradTransform<TVec>
    {
        /// <summary>Pixels of a tile's row.</summary>
        private static int Pixels
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TX.Outputs + TX.Taps - 1;
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Input(float** pixels, int channels, float* target, nint componentStride, nint ahead)
        {
            var half = stackalloc float[(36 * TSimd.Count) + 16];
            half = Align(half);
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                var component = target + c;
                if (TX.Taps == 1)
                {
                    TY.Input(PixelsOf(pixels, 1, c), component, componentStride);
                    continue;
                }

                if (TY.Taps == 1)
                {
                    TX.Input(PixelsOf(pixels, 1, c), component, componentStride);
                    continue;
                }

                if (ahead != 0 && c % CacheLine == 0)
                    AskAhead(pixels, TY.Outputs + TY.Taps - 1, Pixels, TX.Taps - 1, c + ahead);
                for (var x = 0; x < Pixels; x++)
                    TY.Input(PixelsOf(pixels + x, Pixels, c), half + (x * TSimd.Count), Pixels * TSimd.Count);
                for (var y = 0; y < TY.Components; y++, component += TX.Components * componentStride)
                {
                    if (Has(TY.Missing, y))
                        TX.Input(Vectors(half + (y * Pixels * TSimd.Count)), component, componentStride);
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
            var half = stackalloc float[(28 * TSimd.Count) + 16];
            half = Align(half);
            var line = half + (24 * TSimd.Count);
            var rowStep = TX.Components * TSimd.Count;
            var stride = output.ComponentStride;
            TVec low = TSimd.Broadcast(output.Low), high = TSimd.Broadcast(output.High);
            for (var n = first; n < end; n += TSimd.Count)
            {
                var component = components + n;
                Ask(output, n);
                for (var x = 0; x < TX.Components && TY.Taps > 1; x++, component += stride)
                {
                    if (Has(TX.Missing, x))
                        TY.Output(component, TX.Components * stride, half + (x * TSimd.Count), rowStep);
                }

                var bias = TSimd.Load(output.Bias + n);
                for (var y = 0; y < output.Rows; y++)
                {
                    if (TY.Taps == 1)
                        TX.Output(component, stride, line, TSimd.Count);
                    else if (TX.Taps == 1)
                        line = half + (y * rowStep);
                    else
                        TX.Output(half + (y * rowStep), TSimd.Count, line, TSimd.Count);
                    Finish<TExtent>(output, y, n, line, bias, low, high);
                }
            }
        }

        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Filter(float* taps, float* components)
        {
            TVec* source = (TVec*)taps, target = (TVec*)components, half = stackalloc TVec[TY.Components * TX.Taps];
            for (var x = 0; x < TX.Taps; x++)
                TY.Filter(source + x, TX.Taps, half + x, TX.Taps);
            for (var y = 0; y < TY.Components; y++)
                TX.Filter(half + (y * TX.Taps), 1, target + (y * TX.Components), 1);
        }
    }
}
