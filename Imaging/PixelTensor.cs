using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Imaging;

/// <summary>The order of the channels in a tensor, or in rows of four-byte pixels.</summary>
public enum ColorOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first.</summary>
    Bgr,
}

/// <summary>The order in which a tensor holds the samples of a picture.</summary>
public enum PixelLayout
{
    /// <summary>One plane after the other.</summary>
    Nchw,

    /// <summary>Pixel by pixel, the channels of each together.</summary>
    Nhwc,
}

/// <summary>Turns pixels into the numbers that a network takes.</summary>
public static class PixelTensor
{
    private const int Step = 16;

    /// <summary>No sample of this vector.</summary>
    private const byte No = 255;

    /// <summary>Writes (sample * scale - mean) / std for every sample.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="destination">At least 3 * Width * Height numbers; what lies behind them is left as it is.</param>
    /// <param name="layout">Planes or pixels.</param>
    /// <param name="order">Which channel comes first.</param>
    /// <param name="scale">Multiplies the sample of 0 to 255 first.</param>
    /// <param name="mean">Three numbers, in the order of the tensor's channels.</param>
    /// <param name="std">Three numbers, in the order of the tensor's channels.</param>
    /// <exception cref="ArgumentException">The destination is too short, or mean or std are not three.</exception>
    public static void Write(
        Raster source, Span<float> destination, PixelLayout layout, ColorOrder order, float scale,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> std)
    {
        ArgumentNullException.ThrowIfNull(source);
        ReadOnlySpan<byte> pixels = source.Pixels;
        if (destination.Length < pixels.Length)
            throw new ArgumentException($"{pixels.Length} numbers do not fit in {destination.Length}.", nameof(destination));
        if (mean.Length != 3)
            throw new ArgumentException($"There are three channels, not {mean.Length}.", nameof(mean));
        if (std.Length != 3)
            throw new ArgumentException($"There are three channels, not {std.Length}.", nameof(std));
        var plane = pixels.Length / 3;
        var done = layout == PixelLayout.Nchw && Vector128.IsHardwareAccelerated
            ? WritePlanes(pixels, destination, plane, order, scale, mean, std)
            : 0;
        WriteScalar(pixels, destination, done, layout, order, scale, mean, std);
    }

    /// <summary>Writes (luminance * scale - mean) / std for every pixel: the luminance is that of ITU-R BT.601, rounded to a
    /// sample as Pillow rounds it.</summary>
    /// <param name="source">The picture.</param>
    /// <param name="destination">At least Width * Height numbers.</param>
    /// <param name="scale">Multiplies the sample of 0 to 255 first.</param>
    /// <param name="mean">Taken off after scaling.</param>
    /// <param name="std">Divides at last.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void WriteLuminance(Raster source, Span<float> destination, float scale, float mean, float std)
    {
        ArgumentNullException.ThrowIfNull(source);
        ReadOnlySpan<byte> pixels = source.Pixels;
        var count = pixels.Length / 3;
        if (destination.Length < count)
            throw new ArgumentException($"{count} numbers do not fit in {destination.Length}.", nameof(destination));
        for (var i = 0; i < count; i++)
        {
            var p = pixels.Slice(3 * i, 3);
            var luminance = ((19595 * p[0]) + (38470 * p[1]) + (7471 * p[2]) + 0x8000) >> 16;
            destination[i] = ((luminance * scale) - mean) / std;
        }
    }

    /// <summary>The oracle of the vector body; begins with pixel <paramref name="first"/>.</summary>
    internal static void WriteScalar(
        ReadOnlySpan<byte> pixels, Span<float> destination, int first, PixelLayout layout, ColorOrder order, float scale,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> std)
    {
        var plane = pixels.Length / 3;
        (var pixelStep, var channelStep) = layout == PixelLayout.Nchw ? (1, plane) : (3, 1);
        for (var channel = 0; channel < 3; channel++)
        {
            var sample = order == ColorOrder.Rgb ? channel : 2 - channel;
            (var m, var s) = (mean[channel], std[channel]);
            for (var i = first; i < plane; i++)
                destination[i * pixelStep + channel * channelStep] = (pixels[i * 3 + sample] * scale - m) / s;
        }
    }

    /// <summary>Sixteen pixels at a time; returns how many were written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int WritePlanes(
        ReadOnlySpan<byte> pixels, Span<float> destination, int plane, ColorOrder order, float scale,
        ReadOnlySpan<float> mean, ReadOnlySpan<float> std)
    {
        ref var from = ref MemoryMarshal.GetReference(pixels);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var firstPlane = order == ColorOrder.Rgb ? 0 : 2;
        var i = 0;
        for (; i <= plane - Step; i += Step)
        {
            var a = Vector128.LoadUnsafe(ref from, (nuint)i * 3);
            var b = Vector128.LoadUnsafe(ref from, (nuint)i * 3 + Step);
            var c = Vector128.LoadUnsafe(ref from, (nuint)i * 3 + 2 * Step);

            // An index of No gives zero, so that the three parts can be joined by "or".
            var red =
                Vector128.Shuffle(a, Vector128.Create((byte)0, 3, 6, 9, 12, 15, No, No, No, No, No, No, No, No, No, No)) |
                Vector128.Shuffle(b, Vector128.Create((byte)No, No, No, No, No, No, 2, 5, 8, 11, 14, No, No, No, No, No)) |
                Vector128.Shuffle(c, Vector128.Create((byte)No, No, No, No, No, No, No, No, No, No, No, 1, 4, 7, 10, 13));
            var green =
                Vector128.Shuffle(a, Vector128.Create((byte)1, 4, 7, 10, 13, No, No, No, No, No, No, No, No, No, No, No)) |
                Vector128.Shuffle(b, Vector128.Create((byte)No, No, No, No, No, 0, 3, 6, 9, 12, 15, No, No, No, No, No)) |
                Vector128.Shuffle(c, Vector128.Create((byte)No, No, No, No, No, No, No, No, No, No, No, 2, 5, 8, 11, 14));
            var blue =
                Vector128.Shuffle(a, Vector128.Create((byte)2, 5, 8, 11, 14, No, No, No, No, No, No, No, No, No, No, No)) |
                Vector128.Shuffle(b, Vector128.Create((byte)No, No, No, No, No, 1, 4, 7, 10, 13, No, No, No, No, No, No)) |
                Vector128.Shuffle(c, Vector128.Create((byte)No, No, No, No, No, No, No, No, No, No, 0, 3, 6, 9, 12, 15));

            var last = 2 - firstPlane;
            WriteSixteen(red, ref Unsafe.Add(ref to, (nint)firstPlane * plane + i), scale, mean[firstPlane], std[firstPlane]);
            WriteSixteen(green, ref Unsafe.Add(ref to, (nint)plane + i), scale, mean[1], std[1]);
            WriteSixteen(blue, ref Unsafe.Add(ref to, (nint)last * plane + i), scale, mean[last], std[last]);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteSixteen(Vector128<byte> samples, ref float to, float scale, float mean, float std)
    {
        (var low, var high) = Vector128.Widen(samples);
        WriteEight(low, ref to, scale, mean, std);
        WriteEight(high, ref Unsafe.Add(ref to, 8), scale, mean, std);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteEight(Vector128<ushort> samples, ref float to, float scale, float mean, float std)
    {
        (var low, var high) = Vector128.Widen(samples);
        var values = Vector256.ConvertToSingle(Vector256.Create(low, high).AsInt32());
        ((values * scale - Vector256.Create(mean)) / Vector256.Create(std)).StoreUnsafe(ref to);
    }
}
