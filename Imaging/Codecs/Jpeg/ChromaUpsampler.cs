using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Imaging;

/// <summary>
/// Enlarges subsampled components as libjpeg does: a triangle filter (each new sample is 3/4 of the nearer and 1/4 of the
/// further one) where a side is doubled, plain repetition for all other factors.
/// </summary>
/// <remarks>
/// Buffers have <see cref="Slack"/> elements more than their contents: vectors read and write whole, past the end of a row.
/// </remarks>
internal static class ChromaUpsampler
{
    public const int Slack = 64;

    /// <summary>Weighted sums of two rows, 3 of the nearer to 1 of the further, with one sample repeated at both ends.</summary>
    /// <param name="near">The row in which the new one lies.</param>
    /// <param name="far">The row it leans to.</param>
    /// <param name="width">Samples in them.</param>
    /// <param name="sums">Width + 2 sums: the first and the last are repetitions.</param>
    public static void SumRows(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int width, Span<ushort> sums)
    {
        Guard(near.Length >= width + Slack && far.Length >= width + Slack && sums.Length >= width + Slack);
        ref var n = ref MemoryMarshal.GetReference(near);
        ref var f = ref MemoryMarshal.GetReference(far);
        ref var target = ref MemoryMarshal.GetReference(sums);
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x < width; x += 32)
            {
                (var nearLow, var nearHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref n, (nuint)x));
                (var farLow, var farHigh) = Vector256.Widen(Vector256.LoadUnsafe(ref f, (nuint)x));
                (nearLow + nearLow + nearLow + farLow).StoreUnsafe(ref target, (nuint)x + 1);
                (nearHigh + nearHigh + nearHigh + farHigh).StoreUnsafe(ref target, (nuint)x + 17);
            }
        }

        for (; x < width; x++)
            sums[x + 1] = (ushort)(near[x] * 3 + far[x]);

        RepeatEnds(sums, width);
    }

    /// <summary>A row as sums of itself alone, ends repeated as by <see cref="SumRows"/>.</summary>
    public static void CopyRow(ReadOnlySpan<byte> row, int width, Span<ushort> sums)
    {
        Guard(row.Length >= width + Slack && sums.Length >= width + Slack);
        ref var source = ref MemoryMarshal.GetReference(row);
        ref var target = ref MemoryMarshal.GetReference(sums);
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; x < width; x += 32)
            {
                (var low, var high) = Vector256.Widen(Vector256.LoadUnsafe(ref source, (nuint)x));
                low.StoreUnsafe(ref target, (nuint)x + 1);
                high.StoreUnsafe(ref target, (nuint)x + 17);
            }
        }

        for (; x < width; x++)
            sums[x + 1] = row[x];

        RepeatEnds(sums, width);
    }

    /// <summary>Doubles a row: from each sum, one sample that leans left and one that leans right.</summary>
    /// <param name="sums">Width + 2 sums from <see cref="SumRows"/> or <see cref="CopyRow"/>.</param>
    /// <param name="width">Sums between the repetitions.</param>
    /// <param name="leftBias">Rounding of the sample that leans left.</param>
    /// <param name="rightBias">Rounding of the sample that leans right; different, so that there is no drift.</param>
    /// <param name="shift">4 for sums of two rows, 2 for a single one.</param>
    /// <param name="samples">Where 2 * Width samples go.</param>
    public static void DoubleRow(
        ReadOnlySpan<ushort> sums, int width, int leftBias, int rightBias, int shift, Span<byte> samples)
    {
        Guard(sums.Length >= width + Slack && samples.Length >= 2 * width + Slack);
        ref var source = ref MemoryMarshal.GetReference(sums);
        ref var target = ref MemoryMarshal.GetReference(samples);
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<ushort> left = Vector256.Create((ushort)leftBias);
            Vector256<ushort> right = Vector256.Create((ushort)rightBias);
            for (; x < width; x += 16)
            {
                Vector256<ushort> before = Vector256.LoadUnsafe(ref source, (nuint)x);
                Vector256<ushort> here = Vector256.LoadUnsafe(ref source, (nuint)x + 1);
                Vector256<ushort> after = Vector256.LoadUnsafe(ref source, (nuint)x + 2);
                var three = here + here + here;
                var even = (three + before + left) >>> shift;
                var odd = (three + after + right) >>> shift;
                (even | (odd << 8)).AsByte().StoreUnsafe(ref target, (nuint)x * 2);
            }
        }

        for (; x < width; x++)
        {
            samples[2 * x] = (byte)((sums[x + 1] * 3 + sums[x] + leftBias) >> shift);
            samples[2 * x + 1] = (byte)((sums[x + 1] * 3 + sums[x + 2] + rightBias) >> shift);
        }
    }

    /// <summary>A row between two: 3/4 of the nearer, 1/4 of the further.</summary>
    public static void BlendRows(ReadOnlySpan<ushort> sums, int width, int bias, Span<byte> samples)
    {
        Guard(sums.Length >= width + Slack && samples.Length >= width + Slack);
        for (var x = 0; x < width; x++)
            samples[x] = (byte)((sums[x + 1] + bias) >> 2);
    }

    /// <summary>Repeats each sample <paramref name="factor"/> times.</summary>
    public static void RepeatSamples(ReadOnlySpan<byte> row, int width, int factor, Span<byte> samples)
    {
        for (var x = 0; x < width; x++)
            samples.Slice(x * factor, factor).Fill(row[x]);
    }

    private static void RepeatEnds(Span<ushort> sums, int width)
    {
        sums[0] = sums[1];
        sums[width + 1] = sums[width];
    }

    private static void Guard(bool roomy)
    {
        if (!roomy)
            throw new InvalidOperationException("A row buffer has no slack.");
    }
}
