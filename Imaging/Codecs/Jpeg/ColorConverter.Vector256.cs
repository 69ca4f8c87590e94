using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging;

/// <content>Sixteen pixels at once, in 16-bit lanes.</content>
internal static partial class ColorConverter
{
    /// <summary>Pixels in a vector.</summary>
    private const int Step = 16;

    /// <summary>Equal to <see cref="FromYCbCrScalar"/>; at least <see cref="Step"/> pixels.</summary>
    internal static void FromYCbCr256(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        ref var luminance = ref MemoryMarshal.GetReference(y);
        ref var blue = ref MemoryMarshal.GetReference(cb);
        ref var red = ref MemoryMarshal.GetReference(cr);
        ref var target = ref MemoryMarshal.GetReference(rgb);
        var last = y.Length - Step;
        for (var x = 0; ; x += Step)
        {
            // The last vector overlaps the one before it.
            x = Math.Min(x, last);
            Convert(
                Vector128.LoadUnsafe(ref luminance, (nuint)x),
                Vector128.LoadUnsafe(ref blue, (nuint)x),
                Vector128.LoadUnsafe(ref red, (nuint)x),
                ref Unsafe.Add(ref target, 3 * x));
            if (x == last)
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Convert(Vector128<byte> y, Vector128<byte> cb, Vector128<byte> cr, ref byte target)
    {
        Vector256<short> center = Vector256.Create((short)128);
        var luminance = Avx2.ConvertToVector256Int16(y);
        var blue = Avx2.ConvertToVector256Int16(cb) - center;
        var red = Avx2.ConvertToVector256Int16(cr) - center;

        // Factors beyond 16 bits are split: whole multiples of the difference, and a remainder that fits.
        var r = luminance + red + Scaled(red, CrToRed - 65536);
        var b = luminance + blue + blue + Scaled(blue, CbToBlue - 2 * 65536);

        var factors = Vector256.Create((CrToGreen + 65536) << 16 | (CbToGreen & 0xFFFF)).AsInt16();
        Vector256<int> half = Vector256.Create(Half);
        var low = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(blue, red), factors) + half) >> 16;
        var high = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(blue, red), factors) + half) >> 16;
        var g = luminance - red + Avx2.PackSignedSaturate(low, high);

        Interleave(Avx2.PackUnsignedSaturate(r, g), Avx2.PackUnsignedSaturate(b, b), ref target);
    }

    /// <summary>difference * factor / 2^16, rounded: the high half of twice the product, halved.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Scaled(Vector256<short> difference, int factor) =>
        (Avx2.MultiplyHigh(difference + difference, Vector256.Create((short)factor)) + Vector256<short>.One) >> 1;

    /// <summary>Sixteen pixels out: each 128-bit half holds eight reds and eight greens, and eight blues.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector256<byte> redGreen, Vector256<byte> blue, ref byte target)
    {
        const byte No = 0x80;
        var first = Both(Vector128.Create(0, 8, No, 1, 9, No, 2, 10, No, 3, 11, No, 4, 12, No, 5));
        var firstBlue = Both(Vector128.Create(No, No, 0, No, No, 1, No, No, 2, No, No, 3, No, No, 4, No));
        var second = Both(Vector128.Create(13, No, 6, 14, No, 7, 15, No, No, No, No, No, No, No, No, No));
        var secondBlue = Both(Vector128.Create(No, 5, No, No, 6, No, No, 7, No, No, No, No, No, No, No, No));

        var head = Avx2.Shuffle(redGreen, first) | Avx2.Shuffle(blue, firstBlue);
        var tail = Avx2.Shuffle(redGreen, second) | Avx2.Shuffle(blue, secondBlue);
        head.GetLower().StoreUnsafe(ref target);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 16), tail.GetLower().AsUInt64().ToScalar());
        head.GetUpper().StoreUnsafe(ref target, 24);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 40), tail.GetUpper().AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Both(Vector128<byte> half) => Vector256.Create(half, half);
}
