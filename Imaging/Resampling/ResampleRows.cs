using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging.Resampling;

/// <summary>The first pass of resizing: along the rows of an RGB picture.</summary>
internal static unsafe class ResampleRows
{
    private const int GroupTaps = 4;

    /// <summary>A weight is split in two 16-bit halves for the multiply-add of the wide body: high * 2048 + low.</summary>
    private const int LowBits = 11;

    private const int LoadLength = 16;
    private const int Rounding = 1 << (ResampleAxis.Precision - 1);

    /// <param name="source">Whole rows of a picture, from the first needed one.</param>
    /// <param name="sourceWidth">Pixels in such a row.</param>
    /// <param name="rows">How many are resized.</param>
    /// <param name="axis">Weights along a row.</param>
    /// <param name="target">Receives <paramref name="rows"/> rows of axis.Length pixels.</param>
    public static void Run(ReadOnlySpan<byte> source, int sourceWidth, int rows, in ResampleAxis axis, Span<byte> target)
    {
        if (Avx2.IsSupported)
            RunAvx2(source, sourceWidth * 3, rows, axis, target);
        else if (Vector128.IsHardwareAccelerated)
            RunVector128(source, sourceWidth * 3, rows, axis, target);
        else
            RunScalar(source, sourceWidth * 3, 0, rows, axis, target);
    }

    /// <summary>The oracle of the other bodies.</summary>
    public static void RunScalar(
        ReadOnlySpan<byte> source, int stride, int firstRow, int rows, in ResampleAxis axis, Span<byte> target)
    {
        ReadOnlySpan<int> starts = axis.Starts, counts = axis.Counts, weights = axis.Weights;
        var at = firstRow * axis.Length * 3;
        for (var y = firstRow; y < rows; y++)
        {
            var row = source.Slice(y * stride, stride);
            for (var x = 0; x < axis.Length; x++, at += 3)
            {
                int red = Rounding, green = Rounding, blue = Rounding;
                var from = starts[x] * 3;
                foreach (var weight in weights.Slice(x * axis.Taps, counts[x]))
                {
                    red += row[from] * weight;
                    green += row[from + 1] * weight;
                    blue += row[from + 2] * weight;
                    from += 3;
                }

                target[at] = Clip(red);
                target[at + 1] = Clip(green);
                target[at + 2] = Clip(blue);
            }
        }
    }

    /// <summary>One tap of one pixel at a time: R, G, B and a neighbour as four 32-bit lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunVector128(
        ReadOnlySpan<byte> source, int stride, int rows, in ResampleAxis axis, Span<byte> target)
    {
        // A load of four bytes may reach one byte beyond the last pixel of the last row.
        var wide = Math.Max(0, source.Length < rows * stride + 1 ? rows - 1 : rows);
        ReadOnlySpan<int> starts = axis.Starts, counts = axis.Counts;
        fixed (byte* first = source, to = target)
        fixed (int* weights = axis.Weights)
        {
            var write = to;
            for (var y = 0; y < wide; y++)
            {
                var row = first + (long)y * stride;
                for (var x = 0; x < axis.Length; x++, write += 3)
                {
                    var from = row + starts[x] * 3;
                    var weight = weights + x * axis.Taps;
                    var sum = Vector128.Create(Rounding);
                    for (var k = 0; k < counts[x]; k++, from += 3)
                    {
                        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(from)).AsByte();
                        sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight[k];
                    }

                    sum >>= ResampleAxis.Precision;
                    sum = Vector128.Min(Vector128.Max(sum, Vector128<int>.Zero), Vector128.Create(255));
                    write[0] = (byte)sum[0];
                    write[1] = (byte)sum[1];
                    write[2] = (byte)sum[2];
                }
            }
        }

        RunScalar(source, stride, wide, rows, axis, target);
    }

    /// <summary>Four taps of one pixel at a time: pairs of 16-bit samples times the halves of their weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunAvx2(ReadOnlySpan<byte> source, int stride, int rows, in ResampleAxis axis, Span<byte> target)
    {
        var groups = (axis.Taps + GroupTaps - 1) / GroupTaps;
        var reach = 0;
        foreach (var start in axis.Starts)
            reach = Math.Max(reach, start * 3 + (groups - 1) * GroupTaps * 3 + LoadLength);

        // Rows so near the end that a load would pass it are read from a copy with room behind it.
        var inPlace = (int)Math.Clamp(((long)source.Length - reach) / stride + (source.Length >= reach ? 1 : 0), 0, rows);
        var halves = SplitWeights(axis, groups);
        var copy = inPlace < rows ? ArrayPool<byte>.Shared.Rent(Math.Max(reach, stride)) : null;
        fixed (byte* first = source, to = target, spare = copy)
        fixed (short* weights = halves)
        {
            for (var y = 0; y < rows; y++)
            {
                var row = first + (long)y * stride;
                if (y >= inPlace)
                {
                    new ReadOnlySpan<byte>(row, stride).CopyTo(copy);
                    row = spare;
                }

                RunRowAvx2(row, axis.Starts, weights, groups, to + (long)y * axis.Length * 3);
            }
        }

        ArrayPool<short>.Shared.Return(halves);
        if (copy != null)
            ArrayPool<byte>.Shared.Return(copy);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRowAvx2(byte* row, ReadOnlySpan<int> starts, short* weights, int groups, byte* to)
    {
        // In each half: R, G, B of two neighbouring pixels as pairs of 16-bit numbers; the upper half takes the next two pixels.
        var pairs = Vector256.Create(
            0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255,
            6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255).AsByte();
        for (var x = 0; x < starts.Length; x++, to += 3)
        {
            var from = row + starts[x] * 3;
            Vector256<int> high = Vector256<int>.Zero, low = Vector256<int>.Zero;
            for (var g = 0; g < groups; g++, from += GroupTaps * 3, weights += 32)
            {
                var samples = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(from), pairs).AsInt16();
                high += Avx2.MultiplyAddAdjacent(samples, Vector256.Load(weights));
                low += Avx2.MultiplyAddAdjacent(samples, Vector256.Load(weights + 16));
            }

            high = (high << LowBits) + low;
            var sum = (high.GetLower() + high.GetUpper() + Vector128.Create(Rounding)) >> ResampleAxis.Precision;
            var narrow = Sse2.PackSignedSaturate(sum, sum);
            var pixel = Sse2.PackUnsignedSaturate(narrow, narrow).AsUInt32().ToScalar();
            Unsafe.WriteUnaligned(to, (ushort)pixel);
            to[2] = (byte)(pixel >> 16);
        }
    }

    /// <summary>
    /// For each output pixel and group of four taps a, b, c, d: high halves abababab cdcdcdcd, then the low halves.
    /// </summary>
    private static short[] SplitWeights(in ResampleAxis axis, int groups)
    {
        var halves = ArrayPool<short>.Shared.Rent(axis.Length * groups * 32);
        var weights = axis.Weights;
        Span<int> taps = stackalloc int[GroupTaps];
        var at = 0;
        for (var x = 0; x < axis.Length; x++)
        {
            var own = weights.Slice(x * axis.Taps, axis.Taps);
            for (var g = 0; g < groups; g++, at += 32)
            {
                taps.Clear();
                own.Slice(g * GroupTaps, Math.Min(GroupTaps, own.Length - g * GroupTaps)).CopyTo(taps);
                for (var i = 0; i < 16; i++)
                {
                    var weight = taps[(i & 1) + (i >= 8 ? 2 : 0)];
                    halves[at + i] = (short)(weight >> LowBits);
                    halves[at + 16 + i] = (short)(weight & ((1 << LowBits) - 1));
                }
            }
        }

        return halves;
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleAxis.Precision, 0, 255);
}
