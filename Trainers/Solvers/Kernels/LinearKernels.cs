using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Trainers.Solvers.Kernels;

/// <summary>
/// The inner loops of the solvers over rows padded to whole vectors: scores = X W' and W-gradient += R' X, in register tiles.
/// The loops are compiled to their best at once: a head is often
/// trained before they would have been found to be hot.
/// </summary>
internal static unsafe class LinearKernels
{
    /// <summary>Rows that are worked on together, so that they stay in the first cache levels.</summary>
    public const int RowBlock = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector256<float> sum0 = default, sum1 = default;
        ref var pa = ref MemoryMarshal.GetReference(a);
        ref var pb = ref MemoryMarshal.GetReference(b);
        var length = Math.Min(a.Length, b.Length);
        var i = 0;
        for (; i + 16 <= length; i += 16)
        {
            sum0 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref pa, (nuint)i), Vector256.LoadUnsafe(ref pb, (nuint)i),
                sum0);
            sum1 = Vector256.MultiplyAddEstimate(
                Vector256.LoadUnsafe(ref pa, (nuint)i + 8), Vector256.LoadUnsafe(ref pb, (nuint)i + 8), sum1);
        }

        if (i + 8 <= length)
        {
            sum0 = Vector256.MultiplyAddEstimate(Vector256.LoadUnsafe(ref pa, (nuint)i), Vector256.LoadUnsafe(ref pb, (nuint)i),
                sum0);
            i += 8;
        }

        var sum = Vector256.Sum(sum0 + sum1);
        for (; i < length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>y += factor * x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddScaled(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        ref var px = ref MemoryMarshal.GetReference(x);
        ref var py = ref MemoryMarshal.GetReference(y);
        var factors = Vector256.Create(factor);
        var i = 0;
        for (; i + 8 <= x.Length; i += 8)
        {
            Vector256.MultiplyAddEstimate(factors, Vector256.LoadUnsafe(ref px, (nuint)i), Vector256.LoadUnsafe(ref py, (nuint)i))
                .StoreUnsafe(ref py, (nuint)i);
        }

        for (; i < x.Length; i++)
            y[i] += factor * x[i];
    }

    /// <summary>scores[r, c] = x[r] . w[c] + bias[c] for <paramref name="rows"/> rows; <paramref name="width"/> is a multiple of
    /// 8.</summary>
    public static void Scores(float* x, int rows, int xStride, int width, float* w, int wStride, float* bias, int classes,
        float* scores, int scoreStride)
    {
        var spare = stackalloc float[8];
        for (var block = 0; block < rows; block += RowBlock)
        {
            var end = Math.Min(rows, block + RowBlock);
            for (var c = 0; c < classes;)
            {
                var tile = TileOf(classes - c);
                for (var r = block; r < end; r += 2)
                {
                    var x0 = x + (nint)r * xStride;
                    var to0 = scores + (nint)r * scoreStride + c;
                    var pair = r + 1 < end;
                    var x1 = pair ? x0 + xStride : x0;
                    var to1 = pair ? to0 + scoreStride : spare;
                    var wc = w + (nint)c * wStride;
                    if (tile == 5)
                        Scores2x5(x0, x1, wc, wStride, width, bias + c, to0, to1);
                    else if (tile == 2)
                        Scores2x2(x0, x1, wc, wStride, width, bias + c, to0, to1);
                    else
                        Scores2x1(x0, x1, wc, width, bias + c, to0, to1);
                }

                c += tile;
            }
        }
    }

    /// <summary>scores[c] = x . w[c] + bias[c] for one row; <paramref name="width"/> is a multiple of 8. The bits of a score do
    /// not depend on the number of classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowScores(float* x, int width, float* w, int wStride, float* bias, int classes, float* scores)
    {
        var c = 0;
        for (; c + 4 <= classes; c += 4)
        {
            var w0 = w + (nint)c * wStride;
            var w1 = w0 + wStride;
            var w2 = w1 + wStride;
            var w3 = w2 + wStride;
            Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default;
            Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default;
            var k = 0;
            for (; k + 16 <= width; k += 16)
            {
                var u = Vector256.Load(x + k);
                var v = Vector256.Load(x + k + 8);
                a0 = Fma(u, Vector256.Load(w0 + k), a0);
                b0 = Fma(v, Vector256.Load(w0 + k + 8), b0);
                a1 = Fma(u, Vector256.Load(w1 + k), a1);
                b1 = Fma(v, Vector256.Load(w1 + k + 8), b1);
                a2 = Fma(u, Vector256.Load(w2 + k), a2);
                b2 = Fma(v, Vector256.Load(w2 + k + 8), b2);
                a3 = Fma(u, Vector256.Load(w3 + k), a3);
                b3 = Fma(v, Vector256.Load(w3 + k + 8), b3);
            }

            if (k < width)
            {
                var u = Vector256.Load(x + k);
                a0 = Fma(u, Vector256.Load(w0 + k), a0);
                a1 = Fma(u, Vector256.Load(w1 + k), a1);
                a2 = Fma(u, Vector256.Load(w2 + k), a2);
                a3 = Fma(u, Vector256.Load(w3 + k), a3);
            }

            scores[c] = Vector256.Sum(a0 + b0) + bias[c];
            scores[c + 1] = Vector256.Sum(a1 + b1) + bias[c + 1];
            scores[c + 2] = Vector256.Sum(a2 + b2) + bias[c + 2];
            scores[c + 3] = Vector256.Sum(a3 + b3) + bias[c + 3];
        }

        for (; c < classes; c++)
            scores[c] = Dot(new ReadOnlySpan<float>(x, width), new ReadOnlySpan<float>(w + (nint)c * wStride, width)) + bias[c];
    }

    /// <summary>gradient[c] += sum over rows of residual[r, c] * x[r]; <paramref name="width"/> is a multiple of 8.</summary>
    public static void AddOuter(float* x, int rows, int xStride, int width, float* residuals, int residualStride, int classes,
        float* gradient, int gradientStride)
    {
        for (var block = 0; block < rows; block += RowBlock)
        {
            var count = Math.Min(RowBlock, rows - block);
            var xb = x + (nint)block * xStride;
            var rb = residuals + (nint)block * residualStride;
            for (var k = 0; k < width;)
            {
                var wide = k + 16 <= width;
                for (var c = 0; c < classes;)
                {
                    var tile = TileOf(classes - c);
                    var g = gradient + (nint)c * gradientStride + k;
                    if (tile == 5)
                    {
                        if (wide)
                            Outer5x16(xb + k, count, xStride, rb + c, residualStride, g, gradientStride);
                        else
                            Outer5x8(xb + k, count, xStride, rb + c, residualStride, g, gradientStride);
                    }
                    else
                    {
                        for (var i = 0; i < tile; i++)
                        {
                            Outer1x8(xb + k, count, xStride, rb + c + i, residualStride, g + (nint)i * gradientStride);
                            if (wide)
                            {
                                Outer1x8(xb + k + 8, count, xStride, rb + c + i, residualStride, g + (nint)i * gradientStride
                                    + 8);
                            }
                        }
                    }

                    c += tile;
                }

                k += wide ? 16 : 8;
            }
        }
    }

    private static int TileOf(int remaining) => remaining >= 5 ? 5 : remaining >= 2 ? 2 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Fma(Vector256<float> a, Vector256<float> b, Vector256<float> c) =>
        Vector256.MultiplyAddEstimate(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores2x5(float* x0, float* x1, float* w, int wStride, int width, float* bias, float* to0, float* to1)
    {
        Vector256<float> a0 = default, a1 = default, a2 = default, a3 = default, a4 = default;
        Vector256<float> b0 = default, b1 = default, b2 = default, b3 = default, b4 = default;
        var w0 = w;
        var w1 = w0 + wStride;
        var w2 = w1 + wStride;
        var w3 = w2 + wStride;
        var w4 = w3 + wStride;
        for (var k = 0; k < width; k += 8)
        {
            var u = Vector256.Load(x0 + k);
            var v = Vector256.Load(x1 + k);
            var t = Vector256.Load(w0 + k);
            a0 = Fma(u, t, a0);
            b0 = Fma(v, t, b0);
            t = Vector256.Load(w1 + k);
            a1 = Fma(u, t, a1);
            b1 = Fma(v, t, b1);
            t = Vector256.Load(w2 + k);
            a2 = Fma(u, t, a2);
            b2 = Fma(v, t, b2);
            t = Vector256.Load(w3 + k);
            a3 = Fma(u, t, a3);
            b3 = Fma(v, t, b3);
            t = Vector256.Load(w4 + k);
            a4 = Fma(u, t, a4);
            b4 = Fma(v, t, b4);
        }

        to0[0] = Vector256.Sum(a0) + bias[0];
        to0[1] = Vector256.Sum(a1) + bias[1];
        to0[2] = Vector256.Sum(a2) + bias[2];
        to0[3] = Vector256.Sum(a3) + bias[3];
        to0[4] = Vector256.Sum(a4) + bias[4];
        to1[0] = Vector256.Sum(b0) + bias[0];
        to1[1] = Vector256.Sum(b1) + bias[1];
        to1[2] = Vector256.Sum(b2) + bias[2];
        to1[3] = Vector256.Sum(b3) + bias[3];
        to1[4] = Vector256.Sum(b4) + bias[4];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores2x2(float* x0, float* x1, float* w, int wStride, int width, float* bias, float* to0, float* to1)
    {
        Vector256<float> a0 = default, a1 = default, b0 = default, b1 = default;
        var w1 = w + wStride;
        for (var k = 0; k < width; k += 8)
        {
            var u = Vector256.Load(x0 + k);
            var v = Vector256.Load(x1 + k);
            var t = Vector256.Load(w + k);
            a0 = Fma(u, t, a0);
            b0 = Fma(v, t, b0);
            t = Vector256.Load(w1 + k);
            a1 = Fma(u, t, a1);
            b1 = Fma(v, t, b1);
        }

        to0[0] = Vector256.Sum(a0) + bias[0];
        to0[1] = Vector256.Sum(a1) + bias[1];
        to1[0] = Vector256.Sum(b0) + bias[0];
        to1[1] = Vector256.Sum(b1) + bias[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores2x1(float* x0, float* x1, float* w, int width, float* bias, float* to0, float* to1)
    {
        Vector256<float> a = default, b = default;
        for (var k = 0; k < width; k += 8)
        {
            var t = Vector256.Load(w + k);
            a = Fma(Vector256.Load(x0 + k), t, a);
            b = Fma(Vector256.Load(x1 + k), t, b);
        }

        to0[0] = Vector256.Sum(a) + bias[0];
        to1[0] = Vector256.Sum(b) + bias[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer5x16(float* x, int rows, int xStride, float* residuals, int residualStride, float* g, int gStride)
    {
        var g1 = g + gStride;
        var g2 = g1 + gStride;
        var g3 = g2 + gStride;
        var g4 = g3 + gStride;
        Vector256<float> a0 = Vector256.Load(g), b0 = Vector256.Load(g + 8);
        Vector256<float> a1 = Vector256.Load(g1), b1 = Vector256.Load(g1 + 8);
        Vector256<float> a2 = Vector256.Load(g2), b2 = Vector256.Load(g2 + 8);
        Vector256<float> a3 = Vector256.Load(g3), b3 = Vector256.Load(g3 + 8);
        Vector256<float> a4 = Vector256.Load(g4), b4 = Vector256.Load(g4 + 8);
        for (var r = 0; r < rows; r++)
        {
            var u = Vector256.Load(x);
            var v = Vector256.Load(x + 8);
            var t = Vector256.Create(residuals[0]);
            a0 = Fma(u, t, a0);
            b0 = Fma(v, t, b0);
            t = Vector256.Create(residuals[1]);
            a1 = Fma(u, t, a1);
            b1 = Fma(v, t, b1);
            t = Vector256.Create(residuals[2]);
            a2 = Fma(u, t, a2);
            b2 = Fma(v, t, b2);
            t = Vector256.Create(residuals[3]);
            a3 = Fma(u, t, a3);
            b3 = Fma(v, t, b3);
            t = Vector256.Create(residuals[4]);
            a4 = Fma(u, t, a4);
            b4 = Fma(v, t, b4);
            x += xStride;
            residuals += residualStride;
        }

        a0.Store(g);
        b0.Store(g + 8);
        a1.Store(g1);
        b1.Store(g1 + 8);
        a2.Store(g2);
        b2.Store(g2 + 8);
        a3.Store(g3);
        b3.Store(g3 + 8);
        a4.Store(g4);
        b4.Store(g4 + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer5x8(float* x, int rows, int xStride, float* residuals, int residualStride, float* g, int gStride)
    {
        var g1 = g + gStride;
        var g2 = g1 + gStride;
        var g3 = g2 + gStride;
        var g4 = g3 + gStride;
        Vector256<float> a0 = Vector256.Load(g), a1 = Vector256.Load(g1), a2 = Vector256.Load(g2);
        Vector256<float> a3 = Vector256.Load(g3), a4 = Vector256.Load(g4);
        for (var r = 0; r < rows; r++)
        {
            var u = Vector256.Load(x);
            a0 = Fma(u, Vector256.Create(residuals[0]), a0);
            a1 = Fma(u, Vector256.Create(residuals[1]), a1);
            a2 = Fma(u, Vector256.Create(residuals[2]), a2);
            a3 = Fma(u, Vector256.Create(residuals[3]), a3);
            a4 = Fma(u, Vector256.Create(residuals[4]), a4);
            x += xStride;
            residuals += residualStride;
        }

        a0.Store(g);
        a1.Store(g1);
        a2.Store(g2);
        a3.Store(g3);
        a4.Store(g4);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Outer1x8(float* x, int rows, int xStride, float* residuals, int residualStride, float* g)
    {
        var a = Vector256.Load(g);
        for (var r = 0; r < rows; r++)
        {
            a = Fma(Vector256.Load(x), Vector256.Create(*residuals), a);
            x += xStride;
            residuals += residualStride;
        }

        a.Store(g);
    }
}
