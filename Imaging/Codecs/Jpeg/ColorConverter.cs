using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Imaging;

/// <summary>
/// Turns rows of components into interleaved RGB. Luminance and chrominance as in JFIF (ITU-R BT.601, full range), in fixed
/// point with 16 bits, rounded as libjpeg rounds; inks as Pillow turns them into light.
/// </summary>
internal static partial class ColorConverter
{
    // 1.40200, 1.77200, 0.34414 and 0.71414 times 2^16.
    private const int CrToRed = 91881;
    private const int CbToBlue = 116130;
    private const int CbToGreen = -22554;
    private const int CrToGreen = -46802;
    private const int Half = 1 << 15;

    /// <summary>Three components to RGB.</summary>
    /// <param name="y">Luminance.</param>
    /// <param name="cb">Blue difference.</param>
    /// <param name="cr">Red difference.</param>
    /// <param name="rgb">As many pixels as are wanted, three bytes each.</param>
    public static void FromYCbCr(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        var width = rgb.Length / 3;
        y = y[..width];
        cb = cb[..width];
        cr = cr[..width];
        if (width >= Step && Avx2.IsSupported)
            FromYCbCr256(y, cb, cr, rgb);
        else
            FromYCbCrScalar(y, cb, cr, rgb);
    }

    /// <summary>Three planes to interleaved RGB.</summary>
    public static void FromRgb(ReadOnlySpan<byte> red, ReadOnlySpan<byte> green, ReadOnlySpan<byte> blue, Span<byte> rgb)
    {
        var width = rgb.Length / 3;
        for (var x = 0; x < width; x++)
        {
            rgb[3 * x] = red[x];
            rgb[3 * x + 1] = green[x];
            rgb[3 * x + 2] = blue[x];
        }
    }

    /// <summary>One component three times over.</summary>
    public static void FromGray(ReadOnlySpan<byte> gray, Span<byte> rgb)
    {
        var width = rgb.Length / 3;
        for (var x = 0; x < width; x++)
        {
            var value = gray[x];
            rgb[3 * x] = value;
            rgb[3 * x + 1] = value;
            rgb[3 * x + 2] = value;
        }
    }

    /// <summary>Inks to light, all inverted in the file: light = black left over, less the ink's share of it.</summary>
    public static void FromCmyk(
        ReadOnlySpan<byte> c, ReadOnlySpan<byte> m, ReadOnlySpan<byte> y, ReadOnlySpan<byte> k, Span<byte> rgb)
    {
        var width = rgb.Length / 3;
        for (var x = 0; x < width; x++)
        {
            rgb[3 * x] = Light(255 - c[x], k[x]);
            rgb[3 * x + 1] = Light(255 - m[x], k[x]);
            rgb[3 * x + 2] = Light(255 - y[x], k[x]);
        }
    }

    /// <summary>
    /// The first three inks are stored inverted and as luminance and chrominance of their complement, so that the conversion
    /// to RGB gives them upright.
    /// </summary>
    public static void FromYcck(
        ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, ReadOnlySpan<byte> k, Span<byte> rgb)
    {
        FromYCbCr(y, cb, cr, rgb);
        var width = rgb.Length / 3;
        for (var x = 0; x < width; x++)
        {
            rgb[3 * x] = Light(rgb[3 * x], k[x]);
            rgb[3 * x + 1] = Light(rgb[3 * x + 1], k[x]);
            rgb[3 * x + 2] = Light(rgb[3 * x + 2], k[x]);
        }
    }

    /// <summary>The oracle.</summary>
    internal static void FromYCbCrScalar(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        ref var target = ref MemoryMarshal.GetReference(rgb);
        for (var x = 0; x < y.Length && x < cb.Length && x < cr.Length; x++)
        {
            int luminance = y[x];
            var blue = cb[x] - 128;
            var red = cr[x] - 128;
            Unsafe.Add(ref target, 3 * x) = Clamp(luminance + ((CrToRed * red + Half) >> 16));
            Unsafe.Add(ref target, 3 * x + 1) = Clamp(luminance + ((CbToGreen * blue + CrToGreen * red + Half) >> 16));
            Unsafe.Add(ref target, 3 * x + 2) = Clamp(luminance + ((CbToBlue * blue + Half) >> 16));
        }
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    private static byte Light(int ink, int left)
    {
        var product = ink * left + 128;
        return (byte)(left - (((product >> 8) + product) >> 8));
    }
}
