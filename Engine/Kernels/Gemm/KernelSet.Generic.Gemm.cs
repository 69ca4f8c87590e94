using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Gemm;

namespace MlPipeline.Engine.Kernels;

/// <content>Matrix products.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    public override delegate*<float*, nint, nint, float*, nint, float*, nint, TileEpilogue*, void> Tile(int rows, int vectors) =>
        vectors == 2 ? Tile<Count2>(rows) : Tile<Count1>(rows);

    public override void CopyLoose(float* source, float* target, nint count) => Copying.Loose(source, target, count);

    public override void CopyScaledLoose(float* source, float* target, nint count, float* scale, float* shift, float low) =>
        Copying.ScaledLoose(source, target, count, scale, shift, low);

    public override void CopyRuns(
        float* source, nint pixelStep, int runs, nint runStep, nint length, int pixels, float* target, nint targetStep) =>
        Copying.Runs(source, pixelStep, runs, runStep, length, pixels, target, targetStep);

    private static delegate*<float*, nint, nint, float*, nint, float*, nint, TileEpilogue*, void> Tile<TColumns>(int rows)
        where TColumns : struct, ICount => rows switch
        {
            1 => &MicroKernel<TSimd, TVec>.Run<Count1, TColumns>,
            2 => &MicroKernel<TSimd, TVec>.Run<Count2, TColumns>,
            3 => &MicroKernel<TSimd, TVec>.Run<Count3, TColumns>,
            4 => &MicroKernel<TSimd, TVec>.Run<Count4, TColumns>,
            5 => &MicroKernel<TSimd, TVec>.Run<Count5, TColumns>,
            6 => &MicroKernel<TSimd, TVec>.Run<Count6, TColumns>,
            7 => &MicroKernel<TSimd, TVec>.Run<Count7, TColumns>,
            8 => &MicroKernel<TSimd, TVec>.Run<Count8, TColumns>,
            9 => &MicroKernel<TSimd, TVec>.Run<Count9, TColumns>,
            10 => &MicroKernel<TSimd, TVec>.Run<Count10, TColumns>,
            11 => &MicroKernel<TSimd, TVec>.Run<Count11, TColumns>,
            _ => &MicroKernel<TSimd, TVec>.Run<Count12, TColumns>,
        };

    private static class Copying
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Loose(float* source, float* target, nint count)
        {
            nint i = 0;
            for (; i < count - TSimd.Count; i += 2 * TSimd.Count)
            {
                TSimd.Store(target + i, TSimd.Load(source + i));
                TSimd.Store(target + i + TSimd.Count, TSimd.Load(source + i + TSimd.Count));
            }

            if (i < count)
                TSimd.Store(target + i, TSimd.Load(source + i));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void ScaledLoose(float* source, float* target, nint count, float* scale, float* shift, float low)
        {
            var least = TSimd.Broadcast(low);
            for (nint i = 0; i < count; i += TSimd.Count)
            {
                var value = TSimd.MultiplyAdd(TSimd.Load(source + i), TSimd.Load(scale + i), TSimd.Load(shift + i));
                TSimd.Store(target + i, TSimd.Max(least, value));
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Runs(
            float* source, nint pixelStep, int runs, nint runStep, nint length, int pixels, float* target, nint targetStep)
        {
            for (var pixel = 0; pixel < pixels; pixel++)
            {
                float* from = source, to = target;
                for (var run = 0; run < runs; run++)
                {
                    for (nint i = 0; i < length; i += TSimd.Count)
                        TSimd.Store(to + i, TSimd.Load(from + i));
                    from += runStep;
                    to += length;
                }

                source += pixelStep;
                target += targetStep;
            }
        }
    }
}
