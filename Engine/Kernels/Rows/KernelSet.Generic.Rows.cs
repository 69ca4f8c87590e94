using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>Rows that are normalised as a whole.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Softmax(float* x, float* target, int count)
    {
        var whole = count - (count % TSimd.Count);
        var largest = TSimd.Broadcast(float.NegativeInfinity);
        for (var i = 0; i < whole; i += TSimd.Count)
            largest = TSimd.Max(largest, TSimd.Load(x + i));
        var most = float.NegativeInfinity;
        for (var lane = 0; lane < TSimd.Count; lane++)
            most = MathF.Max(most, ((float*)&largest)[lane]);
        for (var i = whole; i < count; i++)
            most = MathF.Max(most, x[i]);
        TVec shift = TSimd.Broadcast(most), sums = TSimd.Zero;
        for (var i = 0; i < whole; i += TSimd.Count)
        {
            var power = Exponential(TSimd.Subtract(TSimd.Load(x + i), shift));
            TSimd.Store(target + i, power);
            sums = TSimd.Add(sums, power);
        }

        if (whole < count)
            StoreLanes(target + whole, Exponential(TSimd.Subtract(TSimd.Load(x + whole), shift)), count - whole);
        var sum = SumOf(sums, target + whole, count - whole);
        var factor = TSimd.Broadcast((float)(1 / sum));
        for (var i = 0; i < count; i += TSimd.Count)
            StoreLanes(target + i, TSimd.Multiply(TSimd.Load(target + i), factor), Math.Min(TSimd.Count, count - i));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizeRow(float* x, float* scale, float* shift, float* target, int count, float epsilon)
    {
        var whole = count - (count % TSimd.Count);
        var sums = TSimd.Zero;
        for (var i = 0; i < whole; i += TSimd.Count)
            sums = TSimd.Add(sums, TSimd.Load(x + i));
        var mean = (float)(SumOf(sums, x + whole, count - whole) / count);

        TVec center = TSimd.Broadcast(mean), squares = TSimd.Zero;
        for (var i = 0; i < whole; i += TSimd.Count)
        {
            var distance = TSimd.Subtract(TSimd.Load(x + i), center);
            squares = TSimd.MultiplyAdd(distance, distance, squares);
        }

        var variance = SumOf(squares, x, 0);
        for (var i = whole; i < count; i++)
            variance += (double)(x[i] - mean) * (x[i] - mean);
        var factor = TSimd.Broadcast((float)(1 / Math.Sqrt((variance / count) + epsilon)));
        for (var i = 0; i < count; i += TSimd.Count)
        {
            var value = TSimd.Multiply(TSimd.Subtract(TSimd.Load(x + i), center), factor);
            value = TSimd.MultiplyAdd(value, TSimd.Load(scale + i), TSimd.Load(shift + i));
            StoreLanes(target + i, value, Math.Min(TSimd.Count, count - i));
        }
    }

    private static double SumOf(TVec lanes, float* more, int count)
    {
        double sum = 0;
        for (var lane = 0; lane < TSimd.Count; lane++)
            sum += ((float*)&lanes)[lane];
        for (var i = 0; i < count; i++)
            sum += more[i];
        return sum;
    }
}
