using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.InnerProduct;

/// <summary>
/// Inner products of some rows of one matrix with some rows of another, both contiguous: what multiplies by weights as they are
/// stored.
/// </summary>
/// <remarks>
/// Each product is summed in the lanes of one vector, in order of depth, whatever the tile and wherever the depth is cut; so
/// results do not depend on either.
/// </remarks>
internal static unsafe class DotKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    /// <summary>Up to 6 rows by 4 columns.</summary>
    /// <param name="a">First row.</param>
    /// <param name="lda">Floats from row to row.</param>
    /// <param name="b">Four columns.</param>
    /// <param name="depth">Floats; whole vectors.</param>
    /// <param name="ahead">How far ahead the columns are asked for, in floats.</param>
    /// <param name="sums">A vector for each product, row by row: where the sums start and are left.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<TRows>(float* a, nint lda, float** b, nint depth, nint ahead, float* sums)
        where TRows : struct, ICount
    {
        float* b0 = b[0], b1 = b[1], b2 = b[2], b3 = b[3], a3 = a + (3 * lda);
        TVec p0 = Start<TRows>(sums, 0, 0), q0 = Start<TRows>(sums, 0, 1),
            r0 = Start<TRows>(sums, 0, 2), s0 = Start<TRows>(sums, 0, 3);
        TVec p1 = Start<TRows>(sums, 1, 0), q1 = Start<TRows>(sums, 1, 1),
            r1 = Start<TRows>(sums, 1, 2), s1 = Start<TRows>(sums, 1, 3);
        TVec p2 = Start<TRows>(sums, 2, 0), q2 = Start<TRows>(sums, 2, 1),
            r2 = Start<TRows>(sums, 2, 2), s2 = Start<TRows>(sums, 2, 3);
        TVec p3 = Start<TRows>(sums, 3, 0), q3 = Start<TRows>(sums, 3, 1),
            r3 = Start<TRows>(sums, 3, 2), s3 = Start<TRows>(sums, 3, 3);
        TVec p4 = Start<TRows>(sums, 4, 0), q4 = Start<TRows>(sums, 4, 1),
            r4 = Start<TRows>(sums, 4, 2), s4 = Start<TRows>(sums, 4, 3);
        TVec p5 = Start<TRows>(sums, 5, 0), q5 = Start<TRows>(sums, 5, 1),
            r5 = Start<TRows>(sums, 5, 2), s5 = Start<TRows>(sums, 5, 3);
        for (nint k = 0; k < depth; k += TSimd.Count)
        {
            TSimd.PrefetchFar(b0 + k + ahead);
            TSimd.PrefetchFar(b1 + k + ahead);
            TSimd.PrefetchFar(b2 + k + ahead);
            TSimd.PrefetchFar(b3 + k + ahead);
            TVec x0 = Row<TRows>(a, k, 0), x1 = Row<TRows>(a + lda, k, 1), x2 = Row<TRows>(a + (2 * lda), k, 2);
            TVec x3 = Row<TRows>(a3, k, 3), x4 = Row<TRows>(a3 + lda, k, 4), x5 = Row<TRows>(a3 + (2 * lda), k, 5);
            var w0 = TSimd.Load(b0 + k);
            p0 = TSimd.MultiplyAdd(x0, w0, p0);
            if (TRows.Value > 1) { p1 = TSimd.MultiplyAdd(x1, w0, p1); }
            if (TRows.Value > 2) { p2 = TSimd.MultiplyAdd(x2, w0, p2); }
            if (TRows.Value > 3) { p3 = TSimd.MultiplyAdd(x3, w0, p3); }
            if (TRows.Value > 4) { p4 = TSimd.MultiplyAdd(x4, w0, p4); }
            if (TRows.Value > 5) { p5 = TSimd.MultiplyAdd(x5, w0, p5); }
            var w1 = TSimd.Load(b1 + k);
            q0 = TSimd.MultiplyAdd(x0, w1, q0);
            if (TRows.Value > 1) { q1 = TSimd.MultiplyAdd(x1, w1, q1); }
            if (TRows.Value > 2) { q2 = TSimd.MultiplyAdd(x2, w1, q2); }
            if (TRows.Value > 3) { q3 = TSimd.MultiplyAdd(x3, w1, q3); }
            if (TRows.Value > 4) { q4 = TSimd.MultiplyAdd(x4, w1, q4); }
            if (TRows.Value > 5) { q5 = TSimd.MultiplyAdd(x5, w1, q5); }
            var w2 = TSimd.Load(b2 + k);
            r0 = TSimd.MultiplyAdd(x0, w2, r0);
            if (TRows.Value > 1) { r1 = TSimd.MultiplyAdd(x1, w2, r1); }
            if (TRows.Value > 2) { r2 = TSimd.MultiplyAdd(x2, w2, r2); }
            if (TRows.Value > 3) { r3 = TSimd.MultiplyAdd(x3, w2, r3); }
            if (TRows.Value > 4) { r4 = TSimd.MultiplyAdd(x4, w2, r4); }
            if (TRows.Value > 5) { r5 = TSimd.MultiplyAdd(x5, w2, r5); }
            var w3 = TSimd.Load(b3 + k);
            s0 = TSimd.MultiplyAdd(x0, w3, s0);
            if (TRows.Value > 1) { s1 = TSimd.MultiplyAdd(x1, w3, s1); }
            if (TRows.Value > 2) { s2 = TSimd.MultiplyAdd(x2, w3, s2); }
            if (TRows.Value > 3) { s3 = TSimd.MultiplyAdd(x3, w3, s3); }
            if (TRows.Value > 4) { s4 = TSimd.MultiplyAdd(x4, w3, s4); }
            if (TRows.Value > 5) { s5 = TSimd.MultiplyAdd(x5, w3, s5); }
        }

        Keep<TRows>(sums, 0, 0, p0);
        Keep<TRows>(sums, 0, 1, q0);
        Keep<TRows>(sums, 0, 2, r0);
        Keep<TRows>(sums, 0, 3, s0);
        Keep<TRows>(sums, 1, 0, p1);
        Keep<TRows>(sums, 1, 1, q1);
        Keep<TRows>(sums, 1, 2, r1);
        Keep<TRows>(sums, 1, 3, s1);
        Keep<TRows>(sums, 2, 0, p2);
        Keep<TRows>(sums, 2, 1, q2);
        Keep<TRows>(sums, 2, 2, r2);
        Keep<TRows>(sums, 2, 3, s2);
        Keep<TRows>(sums, 3, 0, p3);
        Keep<TRows>(sums, 3, 1, q3);
        Keep<TRows>(sums, 3, 2, r3);
        Keep<TRows>(sums, 3, 3, s3);
        Keep<TRows>(sums, 4, 0, p4);
        Keep<TRows>(sums, 4, 1, q4);
        Keep<TRows>(sums, 4, 2, r4);
        Keep<TRows>(sums, 4, 3, s4);
        Keep<TRows>(sums, 5, 0, p5);
        Keep<TRows>(sums, 5, 1, q5);
        Keep<TRows>(sums, 5, 2, r5);
        Keep<TRows>(sums, 5, 3, s5);
    }

    /// <summary>One row by 8 columns: as many streams as memory is read by well.</summary>
    /// <param name="a">The row.</param>
    /// <param name="b">First column.</param>
    /// <param name="ldb">Floats from column to column.</param>
    /// <param name="depth">Floats; whole vectors.</param>
    /// <param name="sums">A vector for each product: where the sums are left.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(float* a, float* b, nint ldb, nint depth, float* sums)
    {
        float* b3 = b + (3 * ldb), b6 = b3 + (3 * ldb);
        TVec s0 = TSimd.Zero, s1 = TSimd.Zero, s2 = TSimd.Zero, s3 = TSimd.Zero;
        TVec s4 = TSimd.Zero, s5 = TSimd.Zero, s6 = TSimd.Zero, s7 = TSimd.Zero;
        for (nint k = 0; k < depth; k += TSimd.Count)
        {
            var x = TSimd.Load(a + k);
            s0 = TSimd.MultiplyAdd(x, TSimd.Load(b + k), s0);
            s1 = TSimd.MultiplyAdd(x, TSimd.Load(b + ldb + k), s1);
            s2 = TSimd.MultiplyAdd(x, TSimd.Load(b + (2 * ldb) + k), s2);
            s3 = TSimd.MultiplyAdd(x, TSimd.Load(b3 + k), s3);
            s4 = TSimd.MultiplyAdd(x, TSimd.Load(b3 + ldb + k), s4);
            s5 = TSimd.MultiplyAdd(x, TSimd.Load(b3 + (2 * ldb) + k), s5);
            s6 = TSimd.MultiplyAdd(x, TSimd.Load(b6 + k), s6);
            s7 = TSimd.MultiplyAdd(x, TSimd.Load(b6 + ldb + k), s7);
        }

        TSimd.Store(sums + (0 * TSimd.Count), s0);
        TSimd.Store(sums + (1 * TSimd.Count), s1);
        TSimd.Store(sums + (2 * TSimd.Count), s2);
        TSimd.Store(sums + (3 * TSimd.Count), s3);
        TSimd.Store(sums + (4 * TSimd.Count), s4);
        TSimd.Store(sums + (5 * TSimd.Count), s5);
        TSimd.Store(sums + (6 * TSimd.Count), s6);
        TSimd.Store(sums + (7 * TSimd.Count), s7);
    }

    /// <summary>The sum of a vector's lanes: halves upon halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Total(float* lanes)
    {
        var all = stackalloc float[16];
        TSimd.Store(all, TSimd.Load(lanes));
        for (var half = TSimd.Count / 2; half > 0; half /= 2)
        {
            for (var i = 0; i < half; i++)
                all[i] += all[i + half];
        }

        return all[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Start<TRows>(float* sums, int row, int column)
        where TRows : struct, ICount =>
        row < TRows.Value ? TSimd.Load(sums + (((row * 4) + column) * TSimd.Count)) : TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Row<TRows>(float* row, nint k, int number)
        where TRows : struct, ICount => number < TRows.Value ? TSimd.Load(row + k) : TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Keep<TRows>(float* sums, int row, int column, TVec value)
        where TRows : struct, ICount
    {
        if (row < TRows.Value)
            TSimd.Store(sums + (((row * 4) + column) * TSimd.Count), value);
    }
}
