using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Depthwise;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels;

/// <content>Depthwise convolution.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    public override void Depthwise(in DepthwiseRun run) => DepthwiseKernel.Run(run);

    private static class DepthwiseKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Run(in DepthwiseRun run)
        {
            nint c = 0;
            for (; run.Pixels == 1 && c + (4 * TSimd.Count) <= run.Channels; c += 4 * TSimd.Count)
                FourVectors(run, c);
            for (; c + TSimd.Count <= run.Channels; c += TSimd.Count)
                AllPixels<WholeVectors>(run, c);
            if (c < run.Channels)
                AllPixels<FirstLanes>(run, c);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void AllPixels<TExtent>(in DepthwiseRun run, nint c)
            where TExtent : struct, IExtent
        {
            var pixel = 0;
            var are3x3 = run.TapRows == 3 && run.TapColumns == 3 && run.PixelStep == run.TapStep;
            if (TExtent.IsWhole && are3x3 && run.Residual == null)
                pixel = PairsOf3x3(run, c);
            for (; pixel + 8 <= run.Pixels; pixel += 8)
                SomePixels<Count8, TExtent>(run, c, pixel);
            if (pixel + 4 <= run.Pixels)
            {
                SomePixels<Count4, TExtent>(run, c, pixel);
                pixel += 4;
            }

            if (pixel + 2 <= run.Pixels)
            {
                SomePixels<Count2, TExtent>(run, c, pixel);
                pixel += 2;
            }

            if (pixel < run.Pixels)
                SomePixels<Count1, TExtent>(run, c, pixel);
        }

        // With weights in registers: neighbouring pixels share two thirds of what their taps read. Returns how many were done.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static int PairsOf3x3(in DepthwiseRun run, nint c)
        {
            TVec low = TSimd.Broadcast(run.Low), high = TSimd.Broadcast(run.High), bias = TSimd.Load(run.Bias + c);
            var w = run.Weights + c;
            TVec w0 = TSimd.Load(w), w1 = TSimd.Load(w + run.WeightStep), w2 = TSimd.Load(w + (2 * run.WeightStep));
            w += run.WeightRowStep;
            TVec w3 = TSimd.Load(w), w4 = TSimd.Load(w + run.WeightStep), w5 = TSimd.Load(w + (2 * run.WeightStep));
            w += run.WeightRowStep;
            TVec w6 = TSimd.Load(w), w7 = TSimd.Load(w + run.WeightStep), w8 = TSimd.Load(w + (2 * run.WeightStep));
            nint step = run.PixelStep, outputStep = run.OutputStep;
            float* r0 = run.Input + c, r1 = r0 + run.RowStep, r2 = r1 + run.RowStep, output = run.Output + c;
            var pairs = run.Pixels / 2;
            for (var i = pairs; i > 0; i--)
            {
                TVec x0 = TSimd.Load(r0), x1 = TSimd.Load(r0 + step);
                TVec x2 = TSimd.Load(r0 + (2 * step)), x3 = TSimd.Load(r0 + (3 * step));
                TVec left = TSimd.MultiplyAdd(x0, w0, bias), right = TSimd.MultiplyAdd(x1, w0, bias);
                left = TSimd.MultiplyAdd(x1, w1, left);
                right = TSimd.MultiplyAdd(x2, w1, right);
                left = TSimd.MultiplyAdd(x2, w2, left);
                right = TSimd.MultiplyAdd(x3, w2, right);
                x0 = TSimd.Load(r1);
                x1 = TSimd.Load(r1 + step);
                x2 = TSimd.Load(r1 + (2 * step));
                x3 = TSimd.Load(r1 + (3 * step));
                left = TSimd.MultiplyAdd(x0, w3, left);
                right = TSimd.MultiplyAdd(x1, w3, right);
                left = TSimd.MultiplyAdd(x1, w4, left);
                right = TSimd.MultiplyAdd(x2, w4, right);
                left = TSimd.MultiplyAdd(x2, w5, left);
                right = TSimd.MultiplyAdd(x3, w5, right);
                x0 = TSimd.Load(r2);
                x1 = TSimd.Load(r2 + step);
                x2 = TSimd.Load(r2 + (2 * step));
                x3 = TSimd.Load(r2 + (3 * step));
                left = TSimd.MultiplyAdd(x0, w6, left);
                right = TSimd.MultiplyAdd(x1, w6, right);
                left = TSimd.MultiplyAdd(x1, w7, left);
                right = TSimd.MultiplyAdd(x2, w7, right);
                left = TSimd.MultiplyAdd(x2, w8, left);
                right = TSimd.MultiplyAdd(x3, w8, right);
                TSimd.Store(output, TSimd.Min(high, TSimd.Max(low, left)));
                TSimd.Store(output + outputStep, TSimd.Min(high, TSimd.Max(low, right)));
                r0 += 2 * step;
                r1 += 2 * step;
                r2 += 2 * step;
                output += 2 * outputStep;
            }

            return 2 * pairs;
        }

        // As many sums at a time as the latency of additions needs: of neighbouring pixels, which share weights ...
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void SomePixels<TPixels, TExtent>(in DepthwiseRun run, nint c, int first)
            where TPixels : struct, ICount
            where TExtent : struct, IExtent
        {
            nint step = run.PixelStep, step2 = 2 * step, tapStep = run.TapStep, weightStep = run.WeightStep;
            TVec s0 = TSimd.Load(run.Bias + c), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
            float* row = run.Input + (first * step) + c, weights = run.Weights + c;
            for (var y = run.TapRows; y > 0; y--, row += run.RowStep, weights += run.WeightRowStep)
            {
                float* x0 = row, x3 = row + (3 * step), x6 = x3 + (3 * step), w = weights;
                for (var x = run.TapColumns; x > 0; x--, w += weightStep)
                {
                    var weight = TSimd.Load(w);
                    s0 = TSimd.MultiplyAdd(TSimd.Load(x0), weight, s0);
                    if (TPixels.Value > 1) { s1 = TSimd.MultiplyAdd(TSimd.Load(x0 + step), weight, s1); }
                    if (TPixels.Value > 2) { s2 = TSimd.MultiplyAdd(TSimd.Load(x0 + step2), weight, s2); }
                    if (TPixels.Value > 3) { s3 = TSimd.MultiplyAdd(TSimd.Load(x3), weight, s3); }
                    if (TPixels.Value > 4) { s4 = TSimd.MultiplyAdd(TSimd.Load(x3 + step), weight, s4); }
                    if (TPixels.Value > 5) { s5 = TSimd.MultiplyAdd(TSimd.Load(x3 + step2), weight, s5); }
                    if (TPixels.Value > 6) { s6 = TSimd.MultiplyAdd(TSimd.Load(x6), weight, s6); }
                    if (TPixels.Value > 7) { s7 = TSimd.MultiplyAdd(TSimd.Load(x6 + step), weight, s7); }
                    x0 += tapStep;
                    if (TPixels.Value > 3) { x3 += tapStep; }
                    if (TPixels.Value > 6) { x6 += tapStep; }
                }
            }

            Finish<TExtent>(run, c, first, s0);
            if (TPixels.Value > 1) { Finish<TExtent>(run, c, first + 1, s1); }
            if (TPixels.Value > 2) { Finish<TExtent>(run, c, first + 2, s2); }
            if (TPixels.Value > 3) { Finish<TExtent>(run, c, first + 3, s3); }
            if (TPixels.Value > 4) { Finish<TExtent>(run, c, first + 4, s4); }
            if (TPixels.Value > 5) { Finish<TExtent>(run, c, first + 5, s5); }
            if (TPixels.Value > 6) { Finish<TExtent>(run, c, first + 6, s6); }
            if (TPixels.Value > 7) { Finish<TExtent>(run, c, first + 7, s7); }
        }

        // ... or of a lone pixel's channels.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void FourVectors(in DepthwiseRun run, nint c)
        {
            float* bias = run.Bias + c, row = run.Input + c, weights = run.Weights + c;
            TVec s0 = TSimd.Load(bias), s1 = TSimd.Load(bias + TSimd.Count);
            TVec s2 = TSimd.Load(bias + (2 * TSimd.Count)), s3 = TSimd.Load(bias + (3 * TSimd.Count));
            for (var y = run.TapRows; y > 0; y--, row += run.RowStep, weights += run.WeightRowStep)
            {
                float* x = row, w = weights;
                for (var i = run.TapColumns; i > 0; i--, x += run.TapStep, w += run.WeightStep)
                {
                    s0 = TSimd.MultiplyAdd(TSimd.Load(x), TSimd.Load(w), s0);
                    s1 = TSimd.MultiplyAdd(TSimd.Load(x + TSimd.Count), TSimd.Load(w + TSimd.Count), s1);
                    s2 = TSimd.MultiplyAdd(TSimd.Load(x + (2 * TSimd.Count)), TSimd.Load(w + (2 * TSimd.Count)), s2);
                    s3 = TSimd.MultiplyAdd(TSimd.Load(x + (3 * TSimd.Count)), TSimd.Load(w + (3 * TSimd.Count)), s3);
                }
            }

            Finish<WholeVectors>(run, c, 0, s0);
            Finish<WholeVectors>(run, c + TSimd.Count, 0, s1);
            Finish<WholeVectors>(run, c + (2 * TSimd.Count), 0, s2);
            Finish<WholeVectors>(run, c + (3 * TSimd.Count), 0, s3);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Finish<TExtent>(in DepthwiseRun run, nint c, int pixel, TVec sum)
            where TExtent : struct, IExtent
        {
            if (run.Residual != null)
                sum = TSimd.Add(sum, TSimd.Load(run.Residual + (pixel * run.ResidualStep) + c));
            sum = TSimd.Min(TSimd.Broadcast(run.High), TSimd.Max(TSimd.Broadcast(run.Low), sum));
            StoreLanes<TExtent>(run.Output + (pixel * run.OutputStep) + c, sum, (int)(run.Channels - c));
        }
    }
}
