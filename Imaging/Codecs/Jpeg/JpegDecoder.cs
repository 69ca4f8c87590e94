namespace MlPipeline.Imaging;

/// <summary>
/// Decodes JPEG files (ITU T.81): sequential and progressive, Huffman and arithmetic, 8 bits, any sampling; with libjpeg's
/// arithmetic, so that the pixels are the same.
/// </summary>
internal static class JpegDecoder
{
    /// <summary>Size and orientation, from the markers before the first scan.</summary>
    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        JpegReader reader = new(data);
        reader.NextScan();
        var frame = reader.Frame ?? throw NoFrame(reader.AtEnd);
        return new ImageInfo(ImageFormat.Jpeg, frame.Width, frame.Height, reader.Orientation);
    }

    /// <summary>The picture as stored; at reduced size where the options let it.</summary>
    public static Raster Decode(ReadOnlySpan<byte> data, DecodeOptions options)
    {
        JpegReader reader = new(data);
        var scan = reader.NextScan();
        var frame = reader.Frame ?? throw NoFrame(reader.AtEnd);
        if (scan == null)
            throw NoScan(reader.AtEnd);

        CheckPlausible(frame, data.Length - reader.Position);
        if (options.AtLeast is (int, int) atLeast)
            frame.ReduceTo(atLeast);

        Raster raster = Raster.Uninitialised(frame.OutputWidth, frame.OutputHeight);
        try
        {
            using StripeAssembler assembler = new(frame, ColorSpaceOf(reader), raster);
            var single = !frame.Progressive && !frame.Arithmetic && scan.Components.Length == frame.Components.Length;
            if (single)
                DecodeSingleScan(data, ref reader, scan, assembler);
            else
                DecodeScans(data, ref reader, scan, assembler, options.MaxPixels);

            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }

    private static void DecodeSingleScan(ReadOnlySpan<byte> data, ref JpegReader reader, JpegScan scan, StripeAssembler assembler)
    {
        EntropyReader source = new(data, reader.Position);
        try
        {
            BaselineScan decoder = new(reader.Frame!, scan, reader.Tables);
            decoder.Decode(ref source, assembler);
        }
        finally
        {
            source.Dispose();
        }
    }

    private static void DecodeScans(
        ReadOnlySpan<byte> data, ref JpegReader reader, JpegScan first, StripeAssembler assembler, long maxPixels)
    {
        using CoefficientImage image = new(reader.Frame!, maxPixels);
        image.ReadScans(data, ref reader, first);
        image.Render(assembler);
    }

    /// <summary>
    /// Huffman coding spends at least one bit on each block; a header that promises more blocks than the rest of the file
    /// has bits is refused before any memory is taken for them.
    /// </summary>
    private static void CheckPlausible(JpegFrame frame, int bytes)
    {
        if (!frame.Arithmetic && frame.BlockCount > bytes * 8L)
        {
            throw Fault.Truncated(
                $"{bytes} bytes of picture data are too few for {frame.Width} x {frame.Height} pixels; the file was cut short");
        }
    }

    /// <summary>libjpeg's rules: markers first, then the components' names.</summary>
    private static JpegColorSpace ColorSpaceOf(in JpegReader reader)
    {
        var components = reader.Frame!.Components;
        if (components.Length == 1)
            return JpegColorSpace.Gray;

        if (components.Length == 4)
            return reader.AdobeTransform is -1 or 0 ? JpegColorSpace.Cmyk : JpegColorSpace.Ycck;

        if (reader.Jfif)
            return JpegColorSpace.YCbCr;

        if (reader.AdobeTransform >= 0)
            return reader.AdobeTransform == 0 ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr;

        var letters = components[0].Id == 'R' && components[1].Id == 'G' && components[2].Id == 'B';
        return letters ? JpegColorSpace.Rgb : JpegColorSpace.YCbCr;
    }

    private static ImageDecodeException NoScan(bool atEnd) => atEnd
        ? Fault.Truncated("the file ends before its picture data")
        : Fault.Corrupt("there is no picture data");

    private static ImageDecodeException NoFrame(bool atEnd) => atEnd
        ? Fault.Truncated("the file ends within its header")
        : Fault.Corrupt("there is no frame header");
}
