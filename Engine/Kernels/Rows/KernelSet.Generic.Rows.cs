using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>Rows that are normalised as a whole.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(float* x, float* target, int count)
    {
        int whole = count - (count % TSimd.Count);
        TVec largest = TSimd.Broadcast(float.NegativeInfinity);
        for (int i = 0; i < whole; i += TSimd.Count)
            largest = TSimd.Max(largest, TSimd.Load(x + i));
        float most = float.NegativeInfinity;
        for (int lane = 0; lane < TSimd.Count; lane++)
            most = MathF.Max(most, ((float*)&largest)[lane]);
        for (int i = whole; i < count; i++)
            most = MathF.Max(most, x[i]);

        TVec shift = TSimd.Broadcast(most), sums = TSimd.Zero;
        for (int i = 0; i < whole; i += TSimd.Count)
        {
            TVec power = Exponential(TSimd.Subtract(TSimd.Load(x + i), shift));
            TSimd.Store(target + i, power);
            sums = TSimd.Add(sums, power);
        }

        if (whole < count)
            StoreLanes(target + whole, Exponential(TSimd.Subtract(TSimd.Load(x + whole), shift)), count - whole);
        double sum = SumOf(sums, target + whole, count - whole);
        TVec factor = TSimd.Broadcast((float)(1 / sum));
        for (int i = 0; i < count; i += TSimd.Count)
            StoreLanes(target + i, TSimd.Multiply(TSimd.Load(target + i), factor), Math.Min(TSimd.Count, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizeRow(float* x, float* scale, float* shift, float* target, int count, float epsilon)
    {
        int whole = count - (count % TSimd.Count);
        TVec sums = TSimd.Zero;
        for (int i = 0; i < whole; i += TSimd.Count)
            sums = TSimd.Add(sums, TSimd.Load(x + i));
        float mean = (float)(SumOf(sums, x + whole, count - whole) / count);

        TVec center = TSimd.Broadcast(mean), squares = TSimd.Zero;
        for (int i = 0; i < whole; i += TSimd.Count)
        {
            TVec distance = TSimd.Subtract(TSimd.Load(x + i), center);
            squares = TSimd.MultiplyAdd(distance, distance, squares);
        }

        double variance = SumOf(squares, x, 0);
        for (int i = whole; i < count; i++)
            variance += (double)(x[i] - mean) * (x[i] - mean);
        TVec factor = TSimd.Broadcast((float)(1 / Math.Sqrt((variance / count) + epsilon)));
        for (int i = 0; i < count; i += TSimd.Count)
        {
            TVec value = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + i), center), factor);
            value = TSimd.MultiplyAdd(value, TSimd.Load(scale + i), TSimd.Load(shift + i));
            StoreLanes(target + i, value, Math.Min(TSimd.Count, count - i));
        }
    }

    private static double SumOf(TVec lanes, float* more, int count)
    {
        double sum = 0;
        for (int lane = 0; lane < TSimd.Count; lane++)
            sum += ((float*)&lanes)[lane];
        for (int i = 0; i < count; i++)
            sum += more[i];
        return sum;
    }
}
