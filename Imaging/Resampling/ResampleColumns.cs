using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging.Resampling;

/// <summary>The second pass of resizing: down the columns. A row is a weighted sum of rows, whatever its samples mean.</summary>
internal static unsafe class ResampleColumns
{
    private const int Rounding = 1 << (ResampleAxis.Precision - 1);
    private const int WideStep = 32, NarrowStep = 4;

    /// <param name="source">Rows from source row <paramref name="firstRow"/> on.</param>
    /// <param name="stride">Bytes in a source row.</param>
    /// <param name="firstRow">Which row of the whole picture comes first in <paramref name="source"/>.</param>
    /// <param name="firstByte">Where in a row the wanted part begins.</param>
    /// <param name="rowBytes">How long the wanted part is.</param>
    /// <param name="axis">Weights down a column.</param>
    /// <param name="target">Receives axis.Length rows of <paramref name="rowBytes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(
        ReadOnlySpan<byte> source, int stride, int firstRow, int firstByte, int rowBytes, in ResampleAxis axis, Span<byte> target)
    {
        fixed (byte* from = source, to = target)
        {
            for (var y = 0; y < axis.Length; y++)
            {
                var weights = axis.Weights.Slice(y * axis.Taps, axis.Counts[y]);
                var row = from + (long)(axis.Starts[y] - firstRow) * stride + firstByte;
                var write = to + (long)y * rowBytes;
                if (Avx2.IsSupported && rowBytes >= WideStep)
                    RunRowAvx2(row, stride, rowBytes, weights, write);
                else if (Vector128.IsHardwareAccelerated && rowBytes >= NarrowStep)
                    RunRowVector128(row, stride, rowBytes, weights, write);
                else
                    RunRowScalar(row, stride, rowBytes, weights, write);
            }
        }
    }

    /// <summary>The oracle of the other bodies.</summary>
    public static void RunRowScalar(byte* from, int stride, int rowBytes, ReadOnlySpan<int> weights, byte* to)
    {
        for (var i = 0; i < rowBytes; i++)
        {
            var sum = Rounding;
            var sample = from + i;
            foreach (var weight in weights)
            {
                sum += *sample * weight;
                sample += stride;
            }

            to[i] = (byte)Math.Clamp(sum >> ResampleAxis.Precision, 0, 255);
        }
    }

    /// <summary>Four bytes at a time; the last step overlaps the one before, so at least four are needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRowVector128(byte* from, int stride, int rowBytes, ReadOnlySpan<int> weights, byte* to)
    {
        for (var i = 0; i < rowBytes; i += NarrowStep)
        {
            i = Math.Min(i, rowBytes - NarrowStep);
            var sum = Vector128.Create(Rounding);
            var sample = from + i;
            foreach (var weight in weights)
            {
                var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(sample)).AsByte();
                sum += Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32() * weight;
                sample += stride;
            }

            sum >>= ResampleAxis.Precision;
            sum = Vector128.Min(Vector128.Max(sum, Vector128<int>.Zero), Vector128.Create(255));
            var narrow = Vector128.Narrow(sum, sum);
            Unsafe.WriteUnaligned(to + i, Vector128.Narrow(narrow.AsUInt16(), narrow.AsUInt16()).AsUInt32().ToScalar());
        }
    }

    /// <summary>Thirty-two bytes at a time; the last step overlaps the one before, so at least as many are needed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunRowAvx2(byte* from, int stride, int rowBytes, ReadOnlySpan<int> weights, byte* to)
    {
        var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        for (var i = 0; i < rowBytes; i += WideStep)
        {
            i = Math.Min(i, rowBytes - WideStep);
            Vector256<int> a = Vector256.Create(Rounding), b = a, c = a, d = a;
            var sample = from + i;
            foreach (var weight in weights)
            {
                var factor = Vector256.Create(weight);
                a += Avx2.ConvertToVector256Int32(sample) * factor;
                b += Avx2.ConvertToVector256Int32(sample + 8) * factor;
                c += Avx2.ConvertToVector256Int32(sample + 16) * factor;
                d += Avx2.ConvertToVector256Int32(sample + 24) * factor;
                sample += stride;
            }

            var first = Avx2.PackSignedSaturate(a >> ResampleAxis.Precision, b >> ResampleAxis.Precision);
            var second = Avx2.PackSignedSaturate(c >> ResampleAxis.Precision, d >> ResampleAxis.Precision);
            var packed = Avx2.PackUnsignedSaturate(first, second).AsInt32();
            Avx2.PermuteVar8x32(packed, order).AsByte().Store(to + i);
        }
    }
}
