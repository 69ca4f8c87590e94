using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels;

/// <content>Backward passes and the sums that training needs, over rows of channels that follow one another.</content>
internal sealed unsafe partial class KernelSet<TSimd, TVec>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumRows(float* x, int rows, int channels, float* target)
    {
        nint c = 0;
        for (; c + (4 * TSimd.Count) <= channels; c += 4 * TSimd.Count)
        {
            TVec s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
            var row = x + c;
            for (var i = 0; i < rows; i++, row += channels)
            {
                s0 = TSimd.Add(s0, TSimd.Load(row));
                s1 = TSimd.Add(s1, TSimd.Load(row + TSimd.Count));
                s2 = TSimd.Add(s2, TSimd.Load(row + (2 * TSimd.Count)));
                s3 = TSimd.Add(s3, TSimd.Load(row + (3 * TSimd.Count)));
            }

            TSimd.Store(target + c, s0);
            TSimd.Store(target + c + TSimd.Count, s1);
            TSimd.Store(target + c + (2 * TSimd.Count), s2);
            TSimd.Store(target + c + (3 * TSimd.Count), s3);
        }

        for (; c < channels; c += TSimd.Count)
        {
            var sum = TSimd.Zero;
            var row = x + c;
            for (var i = 0; i < rows; i++, row += channels)
                sum = TSimd.Add(sum, TSimd.Load(row));
            StoreLanes(target + c, sum, (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumSquares(float* x, int rows, int channels, float* center, float* target)
    {
        nint c = 0;
        for (; c + (2 * TSimd.Count) <= channels; c += 2 * TSimd.Count)
        {
            TVec s0 = TSimd.Zero, s1 = TSimd.Zero, m0 = TSimd.Load(center + c), m1 = TSimd.Load(center + c + TSimd.Count);
            var row = x + c;
            for (var i = 0; i < rows; i++, row += channels)
            {
                TVec d0 = TSimd.Subtract(TSimd.Load(row), m0), d1 = TSimd.Subtract(TSimd.Load(row + TSimd.Count), m1);
                s0 = TSimd.MultiplyAdd(d0, d0, s0);
                s1 = TSimd.MultiplyAdd(d1, d1, s1);
            }

            TSimd.Store(target + c, s0);
            TSimd.Store(target + c + TSimd.Count, s1);
        }

        for (; c < channels; c += TSimd.Count)
        {
            TVec sum = TSimd.Zero, mean = TSimd.Load(center + c);
            var row = x + c;
            for (var i = 0; i < rows; i++, row += channels)
            {
                var distance = TSimd.Subtract(TSimd.Load(row), mean);
                sum = TSimd.MultiplyAdd(distance, distance, sum);
            }

            StoreLanes(target + c, sum, (int)Math.Min(TSimd.Count, channels - c));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Normalize(
        float* x, float* factors, float* terms, float* addend, int rows, int channels, float* target, float low)
    {
        var least = TSimd.Broadcast(low);
        for (var row = 0; row < rows; row++)
        {
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                var value = TSimd.MultiplyAdd(TSimd.Load(x + c), TSimd.Load(factors + c), TSimd.Load(terms + c));
                if (addend != null)
                    value = TSimd.Add(value, TSimd.Load(addend + c));
                StoreLanes(target + c, TSimd.Max(least, value), (int)Math.Min(TSimd.Count, channels - c));
            }

            x += channels;
            addend = addend == null ? null : addend + channels;
            target += channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SumProducts(
        float* x, float* dy, float* factors, float* terms, int rows, int channels, float* center, float* sums, float* products)
    {
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            TVec sum = TSimd.Zero, product = TSimd.Zero, mean = TSimd.Load(center + c);
            TVec factor = TSimd.Zero, term = TSimd.Zero;
            if (factors != null)
                (factor, term) = (TSimd.Load(factors + c), TSimd.Load(terms + c));
            float* values = x + c, gradients = dy + c;
            for (var i = 0; i < rows; i++, values += channels, gradients += channels)
            {
                TVec value = TSimd.Load(values), g = TSimd.Load(gradients);
                if (factors != null)
                    g = TSimd.WherePositive(TSimd.MultiplyAdd(value, factor, term), g);
                sum = TSimd.Add(sum, g);
                product = TSimd.MultiplyAdd(g, TSimd.Subtract(value, mean), product);
            }

            var lanes = (int)Math.Min(TSimd.Count, channels - c);
            StoreLanes(sums + c, sum, lanes);
            StoreLanes(products + c, product, lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void NormalizationGradient(
        float* x, float* dy, float* factors, float* terms, float* addend, float* coefficients, nint step, int rows, int channels,
        float* target)
    {
        for (var row = 0; row < rows; row++)
        {
            for (nint c = 0; c < channels; c += TSimd.Count)
            {
                TVec value = TSimd.Load(x + c), g = TSimd.Load(dy + c);
                if (factors != null)
                    g = TSimd.WherePositive(TSimd.MultiplyAdd(value, TSimd.Load(factors + c), TSimd.Load(terms + c)), g);
                value = TSimd.MultiplyAdd(TSimd.Load(coefficients + step + c), value, TSimd.Load(coefficients + (2 * step) + c));
                value = TSimd.MultiplyAdd(TSimd.Load(coefficients + c), g, value);
                if (addend != null)
                    value = TSimd.Add(value, TSimd.Load(addend + c));
                StoreLanes(target + c, value, (int)Math.Min(TSimd.Count, channels - c));
            }

            x += channels;
            dy += channels;
            addend = addend == null ? null : addend + channels;
            target += channels;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ClampGradient(float* y, float* dy, float* addend, float* target, nint count, float low, float high)
    {
        TVec least = TSimd.Broadcast(low), most = TSimd.Broadcast(high);
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            var value = TSimd.Load(y + i);
            var gradient = TSimd.WherePositive(TSimd.Subtract(value, least), TSimd.Load(dy + i));
            gradient = TSimd.WherePositive(TSimd.Subtract(most, value), gradient);
            if (addend != null)
                gradient = TSimd.Add(gradient, TSimd.Load(addend + i));
            StoreLanes(target + i, gradient, (int)Math.Min(TSimd.Count, count - i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void QuadraticGradient(
        float* y, float* dy, float* addend, float* target, nint count, float a, float b, float c)
    {
        TVec constant = TSimd.Broadcast(a), linear = TSimd.Broadcast(b), square = TSimd.Broadcast(c);
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            var value = TSimd.Load(y + i);
            var slope = TSimd.MultiplyAdd(TSimd.MultiplyAdd(square, value, linear), value, constant);
            var gradient = TSimd.MultiplyAdd(slope, TSimd.Load(dy + i), addend == null ? TSimd.Zero : TSimd.Load(addend + i));
            StoreLanes(target + i, gradient, (int)Math.Min(TSimd.Count, count - i));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void SpreadMaximum(float** pixels, float** targets, int count, float* y, float* dy, int channels)
    {
        for (nint c = 0; c < channels; c += TSimd.Count)
        {
            // What is left of the gradient after the first pixel that has the maximum is 0.
            TVec most = TSimd.Load(y + c), left = TSimd.Load(dy + c);
            var lanes = (int)Math.Min(TSimd.Count, channels - c);
            for (var i = 0; i < count; i++)
            {
                var passed = TSimd.WherePositive(TSimd.Subtract(most, TSimd.Load(pixels[i] + c)), left);
                StoreLanes(targets[i] + c, TSimd.Add(TSimd.Load(targets[i] + c), TSimd.Subtract(left, passed)), lanes);
                left = passed;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddScaled(float* x, float factor, float* target, nint count)
    {
        var factors = TSimd.Broadcast(factor);
        for (nint i = 0; i < count; i += TSimd.Count)
        {
            var sum = TSimd.MultiplyAdd(TSimd.Load(x + i), factors, TSimd.Load(target + i));
            StoreLanes(target + i, sum, (int)Math.Min(TSimd.Count, count - i));
        }
    }
}
