using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging;

/// <summary>
/// The inverse discrete cosine transform of a block, with dequantization: the accurate integer algorithm of Loeffler,
/// Ligtenberg and Moschytz (ICASSP 1989) with 11 multiplications a row, in fixed point with 13 bits. The arithmetic is that of
/// libjpeg's "islow" method, so that results are equal.
/// </summary>
/// <remarks>Dequantized coefficients are cut to 16 bits; in a valid file they never need more.</remarks>
internal static partial class Idct
{
    /// <summary>Fraction bits of the multipliers.</summary>
    private const int ConstBits = 13;

    /// <summary>Fraction bits that the column pass leaves for the row pass.</summary>
    private const int PassBits = 2;

    // sqrt(2) times sums of cosines, times 2^13.
    private const int F0298 = 2446;
    private const int F0390 = 3196;
    private const int F0541 = 4433;
    private const int F0765 = 6270;
    private const int F0899 = 7373;
    private const int F1175 = 9633;
    private const int F1501 = 12299;
    private const int F1847 = 15137;
    private const int F1961 = 16069;
    private const int F2053 = 16819;
    private const int F2562 = 20995;
    private const int F3072 = 25172;

    /// <summary>Transforms a block into samples.</summary>
    /// <param name="block">64 coefficients, row by row.</param>
    /// <param name="quantization">64 steps, row by row.</param>
    /// <param name="last">Zigzag index of the last coefficient that may be other than zero.</param>
    /// <param name="size">Side of the result: 8, or 4, 2, 1 for a reduced picture.</param>
    /// <param name="samples">The first sample; Size rows, Stride apart, are written.</param>
    /// <param name="stride">Samples from row to row.</param>
    public static void Transform(
        ReadOnlySpan<short> block, short[] quantization, int last, int size, Span<byte> samples, int stride)
    {
        // The check that makes the references below safe.
        _ = samples[(size - 1) * stride + size - 1];
        _ = block[63];
        _ = quantization[63];
        ref var coefficients = ref MemoryMarshal.GetReference(block);
        ref var steps = ref MemoryMarshal.GetArrayDataReference(quantization);
        ref var target = ref MemoryMarshal.GetReference(samples);

        if (last == 0 || size == 1)
            FillFlat((short)(coefficients * steps), size, ref target, stride);
        else if (size == 8 && Avx2.IsSupported)
            Full256(ref coefficients, ref steps, ref target, stride);
        else if (size == 8)
            Full(ref coefficients, ref steps, ref target, stride);
        else if (size == 4 && Avx2.IsSupported)
            Half256(ref coefficients, ref steps, ref target, stride);
        else if (size == 4)
            Half(ref coefficients, ref steps, ref target, stride);
        else if (Avx2.IsSupported)
            Quarter256(ref coefficients, ref steps, ref target, stride);
        else
            Quarter(ref coefficients, ref steps, ref target, stride);
    }

    /// <summary>A block of nothing but its mean: both passes come down to a division by 8, at every size.</summary>
    private static void FillFlat(int mean, int size, ref byte samples, int stride)
    {
        var sample = Sample(Descale(mean, 3));
        if (size == 8)
        {
            var row = sample * 0x0101010101010101UL;
            for (var y = 0; y < 8; y++)
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref samples, y * stride), row);

            return;
        }

        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
                Unsafe.Add(ref samples, y * stride + x) = sample;
        }
    }

    /// <summary>Eight by eight, scalar: the oracle.</summary>
    internal static void Full(ref short block, ref short steps, ref byte samples, int stride)
    {
        Span<int> work = stackalloc int[64];
        Span<int> line = stackalloc int[8];
        for (var x = 0; x < 8; x++)
        {
            for (var y = 0; y < 8; y++)
                line[y] = Dequantized(ref block, ref steps, y * 8 + x);

            Pass(line, ConstBits - PassBits);
            for (var y = 0; y < 8; y++)
                work[y * 8 + x] = line[y];
        }

        for (var y = 0; y < 8; y++)
        {
            work.Slice(y * 8, 8).CopyTo(line);
            Pass(line, ConstBits + PassBits + 3);
            for (var x = 0; x < 8; x++)
                Unsafe.Add(ref samples, y * stride + x) = Sample(line[x]);
        }
    }

    /// <summary>One dimension of the transform (Loeffler, Ligtenberg and Moschytz, figure 1, run backwards).</summary>
    private static void Pass(Span<int> line, int shift)
    {
        // Even part: the rotator is sqrt(2) * c(-6).
        var z1 = (line[2] + line[6]) * F0541;
        var even2 = z1 - line[6] * F1847;
        var even3 = z1 + line[2] * F0765;
        var even0 = (line[0] + line[4]) << ConstBits;
        var even1 = (line[0] - line[4]) << ConstBits;
        var a0 = even0 + even3;
        var a3 = even0 - even3;
        var a1 = even1 + even2;
        var a2 = even1 - even2;

        // Odd part, figure 8.
        var z5 = (line[7] + line[3] + line[5] + line[1]) * F1175;
        var z3 = z5 - (line[7] + line[3]) * F1961;
        var z4 = z5 - (line[5] + line[1]) * F0390;
        var z17 = (line[7] + line[1]) * -F0899;
        var z53 = (line[5] + line[3]) * -F2562;
        var b0 = line[7] * F0298 + z17 + z3;
        var b1 = line[5] * F2053 + z53 + z4;
        var b2 = line[3] * F3072 + z53 + z3;
        var b3 = line[1] * F1501 + z17 + z4;

        line[0] = Descale(a0 + b3, shift);
        line[7] = Descale(a0 - b3, shift);
        line[1] = Descale(a1 + b2, shift);
        line[6] = Descale(a1 - b2, shift);
        line[2] = Descale(a2 + b1, shift);
        line[5] = Descale(a2 - b1, shift);
        line[3] = Descale(a3 + b0, shift);
        line[4] = Descale(a3 - b0, shift);
    }

    private static int Dequantized(ref short block, ref short steps, int index) =>
        (short)(Unsafe.Add(ref block, index) * Unsafe.Add(ref steps, index));

    private static int Descale(int value, int shift) => (value + (1 << (shift - 1))) >> shift;

    private static byte Sample(int value) => (byte)Math.Clamp(value + 128, 0, 255);
}
