using System.Runtime.CompilerServices;

namespace MlPipeline.Imaging;

/// <content>
/// Blocks of 4 x 4 and 2 x 2 samples straight from the coefficients: the full transform with neighbouring results averaged,
/// folded into one set of multipliers (libjpeg's reduced-size method). The coefficients that cancel out are never read.
/// </content>
internal static partial class Idct
{
    private const int F0211 = 1730;
    private const int F0509 = 4176;
    private const int F0601 = 4926;
    private const int F0720 = 5906;
    private const int F0850 = 6967;
    private const int F1061 = 8697;
    private const int F1272 = 10426;
    private const int F1451 = 11893;
    private const int F2172 = 17799;
    private const int F3624 = 29692;

    /// <summary>Four by four, scalar: the oracle.</summary>
    internal static void Half(ref short block, ref short steps, ref byte samples, int stride)
    {
        Span<int> work = stackalloc int[32];
        Span<int> line = stackalloc int[8];
        for (var x = 0; x < 8; x++)
        {
            for (var y = 0; y < 8; y++)
                line[y] = Dequantized(ref block, ref steps, y * 8 + x);

            HalfPass(line, ConstBits - PassBits + 1);
            for (var y = 0; y < 4; y++)
                work[y * 8 + x] = line[y];
        }

        for (var y = 0; y < 4; y++)
        {
            work.Slice(y * 8, 8).CopyTo(line);
            HalfPass(line, ConstBits + PassBits + 3 + 1);
            for (var x = 0; x < 4; x++)
                Unsafe.Add(ref samples, y * stride + x) = Sample(line[x]);
        }
    }

    /// <summary>Two by two, scalar: the oracle.</summary>
    internal static void Quarter(ref short block, ref short steps, ref byte samples, int stride)
    {
        Span<int> work = stackalloc int[16];
        for (var x = 0; x < 8; x += x == 0 ? 1 : 2)
        {
            (work[x], work[8 + x]) = QuarterPass(
                Dequantized(ref block, ref steps, x),
                Dequantized(ref block, ref steps, 8 + x),
                Dequantized(ref block, ref steps, 24 + x),
                Dequantized(ref block, ref steps, 40 + x),
                Dequantized(ref block, ref steps, 56 + x),
                ConstBits - PassBits + 2);
        }

        for (var y = 0; y < 2; y++)
        {
            ReadOnlySpan<int> line = work.Slice(y * 8, 8);
            (var left, var right) = QuarterPass(line[0], line[1], line[3], line[5], line[7], ConstBits + PassBits + 3 + 2);
            Unsafe.Add(ref samples, y * stride) = Sample(left);
            Unsafe.Add(ref samples, y * stride + 1) = Sample(right);
        }
    }

    /// <summary>Eight coefficients (the one at 4 is not read) to four values.</summary>
    private static void HalfPass(Span<int> line, int shift)
    {
        var mean = line[0] << (ConstBits + 1);
        var even = line[2] * F1847 - line[6] * F0765;
        var a0 = mean + even;
        var a1 = mean - even;
        var b1 = line[1] * F1061 - line[3] * F2172 + line[5] * F1451 - line[7] * F0211;
        var b0 = line[1] * F2562 + line[3] * F0899 - line[5] * F0601 - line[7] * F0509;
        line[0] = Descale(a0 + b0, shift);
        line[3] = Descale(a0 - b0, shift);
        line[1] = Descale(a1 + b1, shift);
        line[2] = Descale(a1 - b1, shift);
    }

    /// <summary>The coefficients 0, 1, 3, 5, 7 to two values.</summary>
    private static (int First, int Second) QuarterPass(int c0, int c1, int c3, int c5, int c7, int shift)
    {
        var mean = c0 << (ConstBits + 2);
        var odd = c1 * F3624 - c3 * F1272 + c5 * F0850 - c7 * F0720;
        return (Descale(mean + odd, shift), Descale(mean - odd, shift));
    }
}
