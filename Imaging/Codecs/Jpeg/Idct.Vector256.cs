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
        LoadRows(ref block, ref steps, 0, out var r0, out var r1);
        LoadRows(ref block, ref steps, 16, out var r2, out var r3);
        LoadRows(ref block, ref steps, 32, out var r4, out var r5);
        LoadRows(ref block, ref steps, 48, out var r6, out var r7);

        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ConstBits - PassBits);
        Transpose(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7);
        Pass(ref r0, ref r1, ref r2, ref r3, ref r4, ref r5, ref r6, ref r7, ConstBits + PassBits + 3);

        // Each vector is a column. Packing keeps to the 128-bit halves: the lower one gets rows 0 to 3, the upper 4 to 7,
        // and in each, four bytes of a column after four bytes of the one before.
        var left = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r0, r1), Avx2.PackSignedSaturate(r2, r3));
        var right = Avx2.PackSignedSaturate(Avx2.PackSignedSaturate(r4, r5), Avx2.PackSignedSaturate(r6, r7));
        Vector256<byte> byRow = Vector256.Create(
            (byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector256<byte> bias = Vector256.Create((byte)128);
        var l = Avx2.Shuffle(left.AsByte() ^ bias, byRow).AsInt32();
        var r = Avx2.Shuffle(right.AsByte() ^ bias, byRow).AsInt32();
        var rows0145 = Avx2.UnpackLow(l, r).AsUInt64();
        var rows2367 = Avx2.UnpackHigh(l, r).AsUInt64();
        Write(ref samples, stride, rows0145.GetLower(), rows2367.GetLower());
        Write(ref Unsafe.Add(ref samples, 4 * stride), stride, rows0145.GetUpper(), rows2367.GetUpper());
    }

    /// <summary>Four by four, equal to <see cref="Half"/>.</summary>
    internal static void Half256(ref short block, ref short steps, ref byte samples, int stride)
    {
        LoadRows(ref block, ref steps, 0, out var r0, out var r1);
        LoadRows(ref block, ref steps, 16, out var r2, out var r3);
        LoadRows(ref block, ref steps, 32, out _, out var r5);
        LoadRows(ref block, ref steps, 48, out var r6, out var r7);

        HalfPass(ref r0, ref r1, ref r2, ref r3, r5, r6, r7, ConstBits - PassBits + 1);

        // Four rows of eight become eight columns of four, two to a vector: column x in the lower half, x + 4 in the upper.
        var t0 = Avx2.UnpackLow(r0, r1);
        var t1 = Avx2.UnpackHigh(r0, r1);
        var t2 = Avx2.UnpackLow(r2, r3);
        var t3 = Avx2.UnpackHigh(r2, r3);
        var c04 = Avx2.UnpackLow(t0.AsInt64(), t2.AsInt64()).AsInt32();
        var c15 = Avx2.UnpackHigh(t0.AsInt64(), t2.AsInt64()).AsInt32();
        var c26 = Avx2.UnpackLow(t1.AsInt64(), t3.AsInt64()).AsInt32();
        var c37 = Avx2.UnpackHigh(t1.AsInt64(), t3.AsInt64()).AsInt32();

        var s0 = c04.GetLower();
        var s1 = c15.GetLower();
        var s2 = c26.GetLower();
        var s3 = c37.GetLower();
        HalfPass(ref s0, ref s1, ref s2, ref s3, c15.GetUpper(), c26.GetUpper(), c37.GetUpper(), ConstBits + PassBits + 3 + 1);

        var packed = Sse2.PackSignedSaturate(Sse2.PackSignedSaturate(s0, s1), Sse2.PackSignedSaturate(s2, s3));
        var rows = Vector128.Shuffle(
            packed.AsByte() ^ Vector128.Create((byte)128),
            Vector128.Create((byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15)).AsUInt32();
        for (var y = 0; y < 4; y++)
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, y * stride), rows.GetElement(y));
    }

    /// <summary>Two by two, equal to <see cref="Quarter"/>.</summary>
    internal static void Quarter256(ref short block, ref short steps, ref byte samples, int stride)
    {
        const int FirstShift = ConstBits - PassBits + 2;
        const int SecondShift = ConstBits + PassBits + 3 + 2;
        LoadRows(ref block, ref steps, 0, out var r0, out var r1);
        LoadRows(ref block, ref steps, 16, out _, out var r3);
        LoadRows(ref block, ref steps, 32, out _, out var r5);
        LoadRows(ref block, ref steps, 48, out _, out var r7);
        var mean = (r0 << (ConstBits + 2)) + Vector256.Create(1 << (FirstShift - 1));
        var odd = r1 * F3624 - r3 * F1272 + r5 * F0850 - r7 * F0720;
        var upper = (mean + odd) >> FirstShift;
        var lower = (mean - odd) >> FirstShift;

        Vector256<int> factors = Vector256.Create(0, F3624, 0, -F1272, 0, F0850, 0, -F0720);
        var upperMean = upper.ToScalar() << (ConstBits + 2);
        var lowerMean = lower.ToScalar() << (ConstBits + 2);
        var upperOdd = Vector256.Sum(upper * factors);
        var lowerOdd = Vector256.Sum(lower * factors);
        samples = Sample(Descale(upperMean + upperOdd, SecondShift));
        Unsafe.Add(ref samples, 1) = Sample(Descale(upperMean - upperOdd, SecondShift));
        Unsafe.Add(ref samples, stride) = Sample(Descale(lowerMean + lowerOdd, SecondShift));
        Unsafe.Add(ref samples, stride + 1) = Sample(Descale(lowerMean - lowerOdd, SecondShift));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadRows(ref short block, ref short steps, nuint at, out Vector256<int> first, out Vector256<int> second)
    {
        var rows = Vector256.LoadUnsafe(ref block, at) * Vector256.LoadUnsafe(ref steps, at);
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
        var z1 = (r2 + r6) * F0541;
        var even2 = z1 - r6 * F1847;
        var even3 = z1 + r2 * F0765;
        var even0 = ((r0 + r4) << ConstBits) + rounding;
        var even1 = ((r0 - r4) << ConstBits) + rounding;
        var a0 = even0 + even3;
        var a3 = even0 - even3;
        var a1 = even1 + even2;
        var a2 = even1 - even2;

        var s73 = r7 + r3;
        var s51 = r5 + r1;
        var z5 = (s73 + s51) * F1175;
        var z3 = z5 - s73 * F1961;
        var z4 = z5 - s51 * F0390;
        var z17 = (r7 + r1) * -F0899;
        var z53 = (r5 + r3) * -F2562;
        var b0 = r7 * F0298 + z17 + z3;
        var b1 = r5 * F2053 + z53 + z4;
        var b2 = r3 * F3072 + z53 + z3;
        var b3 = r1 * F1501 + z17 + z4;

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
        var mean = (r0 << (ConstBits + 1)) + Vector256.Create(1 << (shift - 1));
        var even = r2 * F1847 - r6 * F0765;
        var a0 = mean + even;
        var a1 = mean - even;
        var b1 = r1 * F1061 - r3 * F2172 + r5 * F1451 - r7 * F0211;
        var b0 = r1 * F2562 + r3 * F0899 - r5 * F0601 - r7 * F0509;
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
        var mean = (r0 << (ConstBits + 1)) + Vector128.Create(1 << (shift - 1));
        var even = r2 * F1847 - r6 * F0765;
        var a0 = mean + even;
        var a1 = mean - even;
        var b1 = r1 * F1061 - r3 * F2172 + r5 * F1451 - r7 * F0211;
        var b0 = r1 * F2562 + r3 * F0899 - r5 * F0601 - r7 * F0509;
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
        var t0 = Avx2.UnpackLow(r0, r1).AsInt64();
        var t1 = Avx2.UnpackHigh(r0, r1).AsInt64();
        var t2 = Avx2.UnpackLow(r2, r3).AsInt64();
        var t3 = Avx2.UnpackHigh(r2, r3).AsInt64();
        var t4 = Avx2.UnpackLow(r4, r5).AsInt64();
        var t5 = Avx2.UnpackHigh(r4, r5).AsInt64();
        var t6 = Avx2.UnpackLow(r6, r7).AsInt64();
        var t7 = Avx2.UnpackHigh(r6, r7).AsInt64();

        var c04 = Avx2.UnpackLow(t0, t2).AsInt32();
        var c15 = Avx2.UnpackHigh(t0, t2).AsInt32();
        var c26 = Avx2.UnpackLow(t1, t3).AsInt32();
        var c37 = Avx2.UnpackHigh(t1, t3).AsInt32();
        var d04 = Avx2.UnpackLow(t4, t6).AsInt32();
        var d15 = Avx2.UnpackHigh(t4, t6).AsInt32();
        var d26 = Avx2.UnpackLow(t5, t7).AsInt32();
        var d37 = Avx2.UnpackHigh(t5, t7).AsInt32();

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
