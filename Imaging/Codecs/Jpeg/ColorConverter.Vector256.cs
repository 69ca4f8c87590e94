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
        ref byte luminance = ref MemoryMarshal.GetReference(y);
        ref byte blue = ref MemoryMarshal.GetReference(cb);
        ref byte red = ref MemoryMarshal.GetReference(cr);
        ref byte target = ref MemoryMarshal.GetReference(rgb);
        int last = y.Length - Step;
        for (int x = 0; ; x += Step)
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
        Vector256<short> luminance = Avx2.ConvertToVector256Int16(y);
        Vector256<short> blue = Avx2.ConvertToVector256Int16(cb) - center;
        Vector256<short> red = Avx2.ConvertToVector256Int16(cr) - center;

        // Factors beyond 16 bits are split: whole multiples of the difference, and a remainder that fits.
        Vector256<short> r = luminance + red + Scaled(red, CrToRed - 65536);
        Vector256<short> b = luminance + blue + blue + Scaled(blue, CbToBlue - 2 * 65536);

        Vector256<short> factors = Vector256.Create((CrToGreen + 65536) << 16 | (CbToGreen & 0xFFFF)).AsInt16();
        Vector256<int> half = Vector256.Create(Half);
        Vector256<int> low = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(blue, red), factors) + half) >> 16;
        Vector256<int> high = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(blue, red), factors) + half) >> 16;
        Vector256<short> g = luminance - red + Avx2.PackSignedSaturate(low, high);

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
        Vector256<byte> first = Both(Vector128.Create(0, 8, No, 1, 9, No, 2, 10, No, 3, 11, No, 4, 12, No, 5));
        Vector256<byte> firstBlue = Both(Vector128.Create(No, No, 0, No, No, 1, No, No, 2, No, No, 3, No, No, 4, No));
        Vector256<byte> second = Both(Vector128.Create(13, No, 6, 14, No, 7, 15, No, No, No, No, No, No, No, No, No));
        Vector256<byte> secondBlue = Both(Vector128.Create(No, 5, No, No, 6, No, No, 7, No, No, No, No, No, No, No, No));

        Vector256<byte> head = Avx2.Shuffle(redGreen, first) | Avx2.Shuffle(blue, firstBlue);
        Vector256<byte> tail = Avx2.Shuffle(redGreen, second) | Avx2.Shuffle(blue, secondBlue);
        head.GetLower().StoreUnsafe(ref target);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 16), tail.GetLower().AsUInt64().ToScalar());
        head.GetUpper().StoreUnsafe(ref target, 24);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, 40), tail.GetUpper().AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Both(Vector128<byte> half) => Vector256.Create(half, half);
}
