using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Gemm;

/// <summary>The inner loop of all that multiplies: a tile of C += A B, TRows by TColumns vectors, held in registers.</summary>
/// <remarks>
/// A is read by broadcast: its rows are <c>lda</c> floats apart, the elements of a row <c>step</c>. B is a packed panel with
/// TColumns vectors for each step of depth.
/// Rows and columns are type parameters, so that the JIT drops the accumulators that a smaller tile does not have.
/// Every element's sum runs over the depth in order, so results do not depend on how a matrix is cut into tiles.
/// </remarks>
internal static unsafe class MicroKernel<TSimd, TVec>
    where TSimd : struct, ISimd<TVec>
    where TVec : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows, TColumns>(
        float* a, nint lda, nint step, float* b, nint depth, float* c, nint ldc, TileEpilogue* epilogue)
        where TRows : struct, ICount
        where TColumns : struct, ICount
    {
        TVec s0 = TSimd.Zero, t0 = TSimd.Zero;
        TVec s1 = TSimd.Zero, t1 = TSimd.Zero;
        TVec s2 = TSimd.Zero, t2 = TSimd.Zero;
        TVec s3 = TSimd.Zero, t3 = TSimd.Zero;
        TVec s4 = TSimd.Zero, t4 = TSimd.Zero;
        TVec s5 = TSimd.Zero, t5 = TSimd.Zero;
        TVec s6 = TSimd.Zero, t6 = TSimd.Zero;
        TVec s7 = TSimd.Zero, t7 = TSimd.Zero;
        TVec s8 = TSimd.Zero, t8 = TSimd.Zero;
        TVec s9 = TSimd.Zero, t9 = TSimd.Zero;
        TVec s10 = TSimd.Zero, t10 = TSimd.Zero;
        TVec s11 = TSimd.Zero, t11 = TSimd.Zero;
        if (epilogue->Bias != null)
        {
            var bias0 = TSimd.Load(epilogue->Bias);
            var bias1 = Second<TColumns>(epilogue->Bias);
            s0 = bias0; t0 = bias1;
            s1 = bias0; t1 = bias1;
            s2 = bias0; t2 = bias1;
            s3 = bias0; t3 = bias1;
            s4 = bias0; t4 = bias1;
            s5 = bias0; t5 = bias1;
            s6 = bias0; t6 = bias1;
            s7 = bias0; t7 = bias1;
            s8 = bias0; t8 = bias1;
            s9 = bias0; t9 = bias1;
            s10 = bias0; t10 = bias1;
            s11 = bias0; t11 = bias1;
        }
        else
        {
            var row = c;
            if (TRows.Value > 0) { s0 = TSimd.Load(row); t0 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 1) { s1 = TSimd.Load(row); t1 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 2) { s2 = TSimd.Load(row); t2 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 3) { s3 = TSimd.Load(row); t3 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 4) { s4 = TSimd.Load(row); t4 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 5) { s5 = TSimd.Load(row); t5 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 6) { s6 = TSimd.Load(row); t6 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 7) { s7 = TSimd.Load(row); t7 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 8) { s8 = TSimd.Load(row); t8 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 9) { s9 = TSimd.Load(row); t9 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 10) { s10 = TSimd.Load(row); t10 = Second<TColumns>(row); row += ldc; }
            if (TRows.Value > 11) { s11 = TSimd.Load(row); t11 = Second<TColumns>(row); row += ldc; }
        }

        // What is added and written at the end comes from far: it is asked for while the products are made.
        if (epilogue->Residual != null)
            Ask<TRows, TColumns>(epilogue->Residual, epilogue->ResidualStride);
        if (epilogue->Bias != null)
            Ask<TRows, TColumns>(c, ldc);
        float* a0 = a, a3 = a + (3 * lda), a6 = a3 + (3 * lda), a9 = a6 + (3 * lda);
        nint lda2 = 2 * lda, ahead = epilogue->PrefetchFloats, streamStep = epilogue->StreamStep;
        var stream = epilogue->Stream == null ? b : epilogue->Stream;
        for (var k = depth; k > 0; k--)
        {
            TVec b0 = TSimd.Load(b), b1 = Second<TColumns>(b), x;
            TSimd.Prefetch(b + ahead);
            TSimd.PrefetchFar(stream);
            if (TColumns.Value * TSimd.Count > 16)
            {
                TSimd.Prefetch(b + ahead + 16);
                TSimd.PrefetchFar(stream + 16);
            }

            stream += streamStep;
            b += TColumns.Value * TSimd.Count;
            if (TRows.Value > 0) { x = Each(a0); s0 = TSimd.MultiplyAdd(x, b0, s0); t0 = Next<TColumns>(x, b1, t0); }
            if (TRows.Value > 1) { x = Each(a0 + lda); s1 = TSimd.MultiplyAdd(x, b0, s1); t1 = Next<TColumns>(x, b1, t1); }
            if (TRows.Value > 2) { x = Each(a0 + lda2); s2 = TSimd.MultiplyAdd(x, b0, s2); t2 = Next<TColumns>(x, b1, t2); }
            if (TRows.Value > 3) { x = Each(a3); s3 = TSimd.MultiplyAdd(x, b0, s3); t3 = Next<TColumns>(x, b1, t3); }
            if (TRows.Value > 4) { x = Each(a3 + lda); s4 = TSimd.MultiplyAdd(x, b0, s4); t4 = Next<TColumns>(x, b1, t4); }
            if (TRows.Value > 5) { x = Each(a3 + lda2); s5 = TSimd.MultiplyAdd(x, b0, s5); t5 = Next<TColumns>(x, b1, t5); }
            if (TRows.Value > 6) { x = Each(a6); s6 = TSimd.MultiplyAdd(x, b0, s6); t6 = Next<TColumns>(x, b1, t6); }
            if (TRows.Value > 7) { x = Each(a6 + lda); s7 = TSimd.MultiplyAdd(x, b0, s7); t7 = Next<TColumns>(x, b1, t7); }
            if (TRows.Value > 8) { x = Each(a6 + lda2); s8 = TSimd.MultiplyAdd(x, b0, s8); t8 = Next<TColumns>(x, b1, t8); }
            if (TRows.Value > 9) { x = Each(a9); s9 = TSimd.MultiplyAdd(x, b0, s9); t9 = Next<TColumns>(x, b1, t9); }
            if (TRows.Value > 10) { x = Each(a9 + lda); s10 = TSimd.MultiplyAdd(x, b0, s10); t10 = Next<TColumns>(x, b1, t10); }
            if (TRows.Value > 11) { x = Each(a9 + lda2); s11 = TSimd.MultiplyAdd(x, b0, s11); t11 = Next<TColumns>(x, b1, t11); }
            a0 += step;
            if (TRows.Value > 3) { a3 += step; }
            if (TRows.Value > 6) { a6 += step; }
            if (TRows.Value > 9) { a9 += step; }
        }

        if (epilogue->Residual != null)
        {
            var row = epilogue->Residual;
            var pitch = epilogue->ResidualStride;
            if (TRows.Value > 0) { s0 = TSimd.Add(s0, First(row)); t0 = TSimd.Add(t0, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 1) { s1 = TSimd.Add(s1, First(row)); t1 = TSimd.Add(t1, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 2) { s2 = TSimd.Add(s2, First(row)); t2 = TSimd.Add(t2, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 3) { s3 = TSimd.Add(s3, First(row)); t3 = TSimd.Add(t3, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 4) { s4 = TSimd.Add(s4, First(row)); t4 = TSimd.Add(t4, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 5) { s5 = TSimd.Add(s5, First(row)); t5 = TSimd.Add(t5, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 6) { s6 = TSimd.Add(s6, First(row)); t6 = TSimd.Add(t6, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 7) { s7 = TSimd.Add(s7, First(row)); t7 = TSimd.Add(t7, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 8) { s8 = TSimd.Add(s8, First(row)); t8 = TSimd.Add(t8, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 9) { s9 = TSimd.Add(s9, First(row)); t9 = TSimd.Add(t9, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 10) { s10 = TSimd.Add(s10, First(row)); t10 = TSimd.Add(t10, Second<TColumns>(row)); row += pitch; }
            if (TRows.Value > 11) { s11 = TSimd.Add(s11, First(row)); t11 = TSimd.Add(t11, Second<TColumns>(row)); row += pitch; }
        }

        if (epilogue->Clamp)
        {
            TVec low = TSimd.Broadcast(epilogue->Low), high = TSimd.Broadcast(epilogue->High);
            s0 = TSimd.Min(high, TSimd.Max(low, s0)); t0 = TSimd.Min(high, TSimd.Max(low, t0));
            s1 = TSimd.Min(high, TSimd.Max(low, s1)); t1 = TSimd.Min(high, TSimd.Max(low, t1));
            s2 = TSimd.Min(high, TSimd.Max(low, s2)); t2 = TSimd.Min(high, TSimd.Max(low, t2));
            s3 = TSimd.Min(high, TSimd.Max(low, s3)); t3 = TSimd.Min(high, TSimd.Max(low, t3));
            s4 = TSimd.Min(high, TSimd.Max(low, s4)); t4 = TSimd.Min(high, TSimd.Max(low, t4));
            s5 = TSimd.Min(high, TSimd.Max(low, s5)); t5 = TSimd.Min(high, TSimd.Max(low, t5));
            s6 = TSimd.Min(high, TSimd.Max(low, s6)); t6 = TSimd.Min(high, TSimd.Max(low, t6));
            s7 = TSimd.Min(high, TSimd.Max(low, s7)); t7 = TSimd.Min(high, TSimd.Max(low, t7));
            s8 = TSimd.Min(high, TSimd.Max(low, s8)); t8 = TSimd.Min(high, TSimd.Max(low, t8));
            s9 = TSimd.Min(high, TSimd.Max(low, s9)); t9 = TSimd.Min(high, TSimd.Max(low, t9));
            s10 = TSimd.Min(high, TSimd.Max(low, s10)); t10 = TSimd.Min(high, TSimd.Max(low, t10));
            s11 = TSimd.Min(high, TSimd.Max(low, s11)); t11 = TSimd.Min(high, TSimd.Max(low, t11));
        }

        var whole = epilogue->Columns == TColumns.Value * TSimd.Count;
        var target = whole ? c : epilogue->Scratch;
        var stride2 = whole ? ldc : TColumns.Value * TSimd.Count;
        if (TRows.Value > 0) { TSimd.Store(target, s0); StoreSecond<TColumns>(target, t0); target += stride2; }
        if (TRows.Value > 1) { TSimd.Store(target, s1); StoreSecond<TColumns>(target, t1); target += stride2; }
        if (TRows.Value > 2) { TSimd.Store(target, s2); StoreSecond<TColumns>(target, t2); target += stride2; }
        if (TRows.Value > 3) { TSimd.Store(target, s3); StoreSecond<TColumns>(target, t3); target += stride2; }
        if (TRows.Value > 4) { TSimd.Store(target, s4); StoreSecond<TColumns>(target, t4); target += stride2; }
        if (TRows.Value > 5) { TSimd.Store(target, s5); StoreSecond<TColumns>(target, t5); target += stride2; }
        if (TRows.Value > 6) { TSimd.Store(target, s6); StoreSecond<TColumns>(target, t6); target += stride2; }
        if (TRows.Value > 7) { TSimd.Store(target, s7); StoreSecond<TColumns>(target, t7); target += stride2; }
        if (TRows.Value > 8) { TSimd.Store(target, s8); StoreSecond<TColumns>(target, t8); target += stride2; }
        if (TRows.Value > 9) { TSimd.Store(target, s9); StoreSecond<TColumns>(target, t9); target += stride2; }
        if (TRows.Value > 10) { TSimd.Store(target, s10); StoreSecond<TColumns>(target, t10); target += stride2; }
        if (TRows.Value > 11) { TSimd.Store(target, s11); StoreSecond<TColumns>(target, t11); target += stride2; }
        if (!whole)
            CopyColumns(epilogue->Scratch, TColumns.Value * TSimd.Count, c, ldc, TRows.Value, epilogue->Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask<TRows, TColumns>(float* row, nint step)
        where TRows : struct, ICount
        where TColumns : struct, ICount
    {
        for (var i = 0; i < TRows.Value; i++, row += step)
        {
            TSimd.Prefetch(row);
            if (TColumns.Value * TSimd.Count > 16)
                TSimd.Prefetch(row + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Each(float* value) => TSimd.Broadcast(*value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec First(float* row) => TSimd.Load(row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Second<TColumns>(float* row)
        where TColumns : struct, ICount => TColumns.Value > 1 ? TSimd.Load(row + TSimd.Count) : TSimd.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVec Next<TColumns>(TVec x, TVec y, TVec sum)
        where TColumns : struct, ICount => TColumns.Value > 1 ? TSimd.MultiplyAdd(x, y, sum) : sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSecond<TColumns>(float* row, TVec value)
        where TColumns : struct, ICount
    {
        if (TColumns.Value > 1)
            TSimd.Store(row + TSimd.Count, value);
    }

    private static void CopyColumns(float* source, nint sourceStride, float* target, nint targetStride, int rows, int columns)
    {
        for (var i = 0; i < rows; i++, source += sourceStride, target += targetStride)
            new ReadOnlySpan<float>(source, columns).CopyTo(new Span<float>(target, columns));
    }
}
