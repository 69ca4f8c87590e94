using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging;

/// <content>The same arithmetic on eight columns, then eight rows, at once.</content>
internal static partial class Idct
{
    /// <summary>Eight by eight, equal to <see cref="Full"/>.</summary>
    internal static void Full256(ref short block, ref short steps, ref byte samples, int stride)
    {
        LoadRows(ref block, ref steps, 0, out Vector256<int> r0, out Vector256<int> r1);
        LoadRows(ref block, ref steps, 16, out Vector256<int> r2, out Vector256<int> r3);
        LoadRows(ref block, ref steps, 32, out Vector256<int> r4, out Vector256<int> r5);
        LoadRows(ref block, ref steps, 48, out Vector256<int> r6, out Vector256<int> r7);

        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ConstBits - PassBits);
        Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ConstBits + PassBits + 3);

        // Each vector is a column. Packing keeps to the 128-bit halves: the lower one gets rows 0 to 3, the upper 4 to 7,
        // and in each, four bytes of a column after four bytes of the one before.
        Vector256<sbyte> left = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r0, r1), Avx2.PackSignedSaturate(r2, r3));
        Vector256<sbyte> right = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r4, r5), Avx2.PackSignedSaturate(r6, r7));
        Vector256<byte> byRow = Vector256.Create(
            (byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector256<byte> bias = Vector256.Create((byte)128);
        Vector256<int> l = Avx2.Shuffle(left.AsByte() ^ bias, byRow).AsInt32();
        Vector256<int> r = Avx2.Shuffle(right.AsByte() ^ bias, byRow).AsInt32();
        Vector256<ulong> rows0145 = Avx2.UnpackLow(l, r).AsUInt64();
        Vector256<ulong> rows2367 = Avx2.UnpackHigh(l, r).AsUInt64();
        Write(ref samples, stride, rows0145.GetLower(), rows2367.GetLower());
        Write(ref Unsafe.Add(ref samples, 4 * stride), stride, rows0145.GetUpper(), rows2367.GetUpper());
    }

    /// <summary>Four by four, equal to <see cref="Half"/>.</summary>
    internal static void Half256(ref short block, ref short steps, ref byte samples, int stride)
    {
        LoadRows(ref block, ref steps, 0, out Vector256<int> r0, out Vector256<int> r1);
        LoadRows(ref block, ref steps, 16, out Vector256<int> r2, out Vector256<int> r3);
        LoadRows(ref block, ref steps, 32, out _, out Vector256<int> r5);
        LoadRows(ref block, ref steps, 48, out Vector256<int> r6, out Vector256<int> r7);

        HalfPass(ref r0, ref r1, ref r2, ref r3, r5, r6, r7, ConstBits - PassBits + 1);

        // Four rows of eight become eight columns of four, two to a vector: column x in the lower half, x + 4 in the upper.
        Vector256<int> t0 = Avx2.UnpackLow(r0, r1);
        Vector256<int> t1 = Avx2.UnpackHigh(r0, r1);
        Vector256<int> t2 = Avx2.UnpackLow(r2, r3);
        Vector256<int> t3 = Avx2.UnpackHigh(r2, r3);
        Vector256<int> c04 = Avx2.UnpackLow(t0.AsInt64(), t2.AsInt64()).AsInt32();
        Vector256<int> c15 = Avx2.UnpackHigh(t0.AsInt64(), t2.AsInt64()).AsInt32();
        Vector256<int> c26 = Avx2.UnpackLow(t1.AsInt64(), t3.AsInt64()).AsInt32();
        Vector256<int> c37 = Avx2.UnpackHigh(t1.AsInt64(), t3.AsInt64()).AsInt32();

        Vector128<int> s0 = c04.GetLower();
        Vector128<int> s1 = c15.GetLower();
        Vector128<int> s2 = c26.GetLower();
        Vector128<int> s3 = c37.GetLower();
        HalfPass(ref s0, ref s1, ref s2, ref s3, c15.GetUpper(), c26.GetUpper(), c37.GetUpper(), ConstBits + PassBits + 3 + 1);

        Vector128<sbyte> packed = Sse2.PackSignedSaturate(Sse2.PackSignedSaturate(s0, s1), Sse2.PackSignedSaturate(s2, s3));
        Vector128<uint> rows = Vector128.Shuffle(
            packed.AsByte() ^ Vector128.Create((byte)128),
            Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsUInt32();
        for (int y = 0; y < 4; y++)
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, y * stride), rows.GetElement(y));
    }

    /// <summary>Two by two, equal to <see cref="Quarter"/>.</summary>
    internal static void Quarter256(ref short block, ref short steps, ref byte samples, int stride)
    {
        const int FirstShift = ConstBits - PassBits + 2;
        const int SecondShift = ConstBits + PassBits + 3 + 2;
        LoadRows(ref block, ref steps, 0, out Vector256<int> r0, out Vector256<int> r1);
        LoadRows(ref block, ref steps, 16, out _, out Vector256<int> r3);
        LoadRows(ref block, ref steps, 32, out _, out Vector256<int> r5);
        LoadRows(ref block, ref steps, 48, out _, out Vector256<int> r7);
        Vector256<int> mean = (r0 << (ConstBits + 2)) + Vector256.Create(1 << (FirstShift - 1));
        Vector256<int> odd = r1 * F3624 - r3 * F1272 + r5 * F0850 - r7 * F0720;
        Vector256<int> upper = (mean + odd) >> FirstShift;
        Vector256<int> lower = (mean - odd) >> FirstShift;

        Vector256<int> factors = Vector256.Create(0, F3624, 0, -F1272, 0, F0850, 0, -F0720);
        int upperMean = upper.ToScalar() << (ConstBits + 2);
        int lowerMean = lower.ToScalar() << (ConstBits + 2);
        int upperOdd = Vector256.Sum(upper * factors);
        int lowerOdd = Vector256.Sum(lower * factors);
        samples = Sample(Descale(upperMean + upperOdd, SecondShift));
        Unsafe.Add(ref samples, 1) = Sample(Descale(upperMean - upperOdd, SecondShift));
        Unsafe.Add(ref samples, stride) = Sample(Descale(lowerMean + lowerOdd, SecondShift));
        Unsafe.Add(ref samples, stride + 1) = Sample(Descale(lowerMean - lowerOdd, SecondShift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadRows(ref short block, ref short steps, nuint at, out Vector256<int> first, out Vector256<int> second)
    {
        Vector256<short> rows = Vector256.LoadUnsafe(ref block, at) * Vector256.LoadUnsafe(ref steps, at);
        first = Avx2.ConvertToVector256Int32(rows.GetLower());
        second = Avx2.ConvertToVector256Int32(rows.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(ref byte samples, int stride, Vector128<ulong> rows01, Vector128<ulong> rows23)
    {
        Unsafe.WriteUnaligned(ref samples, rows01.ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, stride), rows01.GetElement(1));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, 2 * stride), rows23.ToScalar());
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, 3 * stride), rows23.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(
        ref Vector256<int> r0, ref Vector256<int> r1, ref Vector256<int> r2, ref Vector256<int> r3,
        ref Vector256<int> r4, ref Vector256<int> r5, ref Vector256<int> r6, ref Vector256<int> r7, [ConstantExpected] int shift)
    {
        Vector256<int> rounding = Vector256.Create(1 << (shift - 1));
        Vector256<int> z1 = (r2 + r6) * F0541;
        Vector256<int> even2 = z1 - r6 * F1847;
        Vector256<int> even3 = z1 + r2 * F0765;
        Vector256<int> even0 = ((r0 + r4) << ConstBits) + rounding;
        Vector256<int> even1 = ((r0 - r4) << ConstBits) + rounding;
        Vector256<int> a0 = even0 + even3;
        Vector256<int> a3 = even0 - even3;
        Vector256<int> a1 = even1 + even2;
        Vector256<int> a2 = even1 - even2;

        Vector256<int> s73 = r7 + r3;
        Vector256<int> s51 = r5 + r1;
        Vector256<int> z5 = (s73 + s51) * F1175;
        Vector256<int> z3 = z5 - s73 * F1961;
        Vector256<int> z4 = z5 - s51 * F0390;
        Vector256<int> z17 = (r7 + r1) * -F0899;
        Vector256<int> z53 = (r5 + r3) * -F2562;
        Vector256<int> b0 = r7 * F0298 + z17 + z3;
        Vector256<int> b1 = r5 * F2053 + z53 + z4;
        Vector256<int> b2 = r3 * F3072 + z53 + z3;
        Vector256<int> b3 = r1 * F1501 + z17 + z4;

        r0 = (a0 + b3) >> shift;
        r7 = (a0 - b3) >> shift;
        r1 = (a1 + b2) >> shift;
        r6 = (a1 - b2) >> shift;
        r2 = (a2 + b1) >> shift;
        r5 = (a2 - b1) >> shift;
        r3 = (a3 + b0) >> shift;
        r4 = (a3 - b0) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfPass(
        ref Vector256<int> r0, ref Vector256<int> r1, ref Vector256<int> r2, ref Vector256<int> r3,
        Vector256<int> r5, Vector256<int> r6, Vector256<int> r7, [ConstantExpected] int shift)
    {
        Vector256<int> mean = (r0 << (ConstBits + 1)) + Vector256.Create(1 << (shift - 1));
        Vector256<int> even = r2 * F1847 - r6 * F0765;
        Vector256<int> a0 = mean + even;
        Vector256<int> a1 = mean - even;
        Vector256<int> b1 = r1 * F1061 - r3 * F2172 + r5 * F1451 - r7 * F0211;
        Vector256<int> b0 = r1 * F2562 + r3 * F0899 - r5 * F0601 - r7 * F0509;
        r0 = (a0 + b0) >> shift;
        r3 = (a0 - b0) >> shift;
        r1 = (a1 + b1) >> shift;
        r2 = (a1 - b1) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void HalfPass(
        ref Vector128<int> r0, ref Vector128<int> r1, ref Vector128<int> r2, ref Vector128<int> r3,
        Vector128<int> r5, Vector128<int> r6, Vector128<int> r7, [ConstantExpected] int shift)
    {
        Vector128<int> mean = (r0 << (ConstBits + 1)) + Vector128.Create(1 << (shift - 1));
        Vector128<int> even = r2 * F1847 - r6 * F0765;
        Vector128<int> a0 = mean + even;
        Vector128<int> a1 = mean - even;
        Vector128<int> b1 = r1 * F1061 - r3 * F2172 + r5 * F1451 - r7 * F0211;
        Vector128<int> b0 = r1 * F2562 + r3 * F0899 - r5 * F0601 - r7 * F0509;
        r0 = (a0 + b0) >> shift;
        r3 = (a0 - b0) >> shift;
        r1 = (a1 + b1) >> shift;
        r2 = (a1 - b1) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> r0, ref Vector256<int> r1, ref Vector256<int> r2, ref Vector256<int> r3,
        ref Vector256<int> r4, ref Vector256<int> r5, ref Vector256<int> r6, ref Vector256<int> r7)
    {
        Vector256<long> t0 = Avx2.UnpackLow(r0, r1).AsInt64();
        Vector256<long> t1 = Avx2.UnpackHigh(r0, r1).AsInt64();
        Vector256<long> t2 = Avx2.UnpackLow(r2, r3).AsInt64();
        Vector256<long> t3 = Avx2.UnpackHigh(r2, r3).AsInt64();
        Vector256<long> t4 = Avx2.UnpackLow(r4, r5).AsInt64();
        Vector256<long> t5 = Avx2.UnpackHigh(r4, r5).AsInt64();
        Vector256<long> t6 = Avx2.UnpackLow(r6, r7).AsInt64();
        Vector256<long> t7 = Avx2.UnpackHigh(r6, r7).AsInt64();

        Vector256<int> c04 = Avx2.UnpackLow(t0, t2).AsInt32();
        Vector256<int> c15 = Avx2.UnpackHigh(t0, t2).AsInt32();
        Vector256<int> c26 = Avx2.UnpackLow(t1, t3).AsInt32();
        Vector256<int> c37 = Avx2.UnpackHigh(t1, t3).AsInt32();
        Vector256<int> d04 = Avx2.UnpackLow(t4, t6).AsInt32();
        Vector256<int> d15 = Avx2.UnpackHigh(t4, t6).AsInt32();
        Vector256<int> d26 = Avx2.UnpackLow(t5, t7).AsInt32();
        Vector256<int> d37 = Avx2.UnpackHigh(t5, t7).AsInt32();

        r0 = Avx2.Permute2x128(c04, d04, 0x20);
        r1 = Avx2.Permute2x128(c15, d15, 0x20);
        r2 = Avx2.Permute2x128(c26, d26, 0x20);
        r3 = Avx2.Permute2x128(c37, d37, 0x20);
        r4 = Avx2.Permute2x128(c04, d04, 0x31);
        r5 = Avx2.Permute2x128(c15, d15, 0x31);
        r6 = Avx2.Permute2x128(c26, d26, 0x31);
        r7 = Avx2.Permute2x128(c37, d37, 0x31);
    }
}
