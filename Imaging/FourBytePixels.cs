using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Imaging;

/// <summary>Pixels of four bytes (RGBA, BGRA), as codecs and ML.NET hold them, from and to the three of a raster.</summary>
internal static class FourBytePixels
{
    /// <summary>Sixteen bytes are read or written where the step takes fewer.</summary>
    private const int VectorBytes = 16;

    /// <summary>
    /// Leaves out the fourth byte of each pixel. The two spans may begin at the same place: what is written never reaches
    /// what has not been read.
    /// </summary>
    public static void ToThree(ReadOnlySpan<byte> from, Span<byte> to, ColorOrder order)
    {
        var count = from.Length / 4;
        (var first, var last) = order == ColorOrder.Rgb ? (0, 2) : (2, 0);
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var pattern = order == ColorOrder.Rgb
                ? Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255)
                : Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 255, 255, 255, 255);
            ref var source = ref MemoryMarshal.GetReference(from);
            ref var target = ref MemoryMarshal.GetReference(to);
            for (; i + 4 <= count && 3 * i + VectorBytes <= to.Length; i += 4)
            {
                var four = Vector128.LoadUnsafe(ref source, (nuint)i * 4);
                Vector128.Shuffle(four, pattern).StoreUnsafe(ref target, (nuint)i * 3);
            }
        }

        for (; i < count; i++)
        {
            (var r, var g, var b) = (from[4 * i + first], from[4 * i + 1], from[4 * i + last]);
            (to[3 * i], to[3 * i + 1], to[3 * i + 2]) = (r, g, b);
        }
    }

    /// <summary>Adds a fourth byte of 255 to each pixel; the spans may not overlap.</summary>
    public static void FromThree(ReadOnlySpan<byte> from, Span<byte> to, ColorOrder order)
    {
        var count = from.Length / 3;
        (var first, var last) = order == ColorOrder.Rgb ? (0, 2) : (2, 0);
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            var pattern = order == ColorOrder.Rgb
                ? Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255)
                : Vector128.Create((byte)2, 1, 0, 255, 5, 4, 3, 255, 8, 7, 6, 255, 11, 10, 9, 255);
            var opaque = Vector128.Create((byte)0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255);
            ref var source = ref MemoryMarshal.GetReference(from);
            ref var target = ref MemoryMarshal.GetReference(to);
            for (; 3 * i + VectorBytes <= from.Length; i += 4)
            {
                var four = Vector128.LoadUnsafe(ref source, (nuint)i * 3);
                (Vector128.Shuffle(four, pattern) | opaque).StoreUnsafe(ref target, (nuint)i * 4);
            }
        }

        for (; i < count; i++)
        {
            (to[4 * i], to[4 * i + 1], to[4 * i + 2], to[4 * i + 3]) =
                (from[3 * i + first], from[3 * i + 1], from[3 * i + last], 255);
        }
    }
}
