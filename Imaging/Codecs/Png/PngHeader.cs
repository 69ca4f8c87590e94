using System.Buffers.Binary;

namespace MlPipeline.Imaging;

/// <summary>The IHDR chunk.</summary>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColorType ColorType, bool Interlaced)
{
    public const int Length = 13;

    public int SamplesPerPixel => ColorType switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GrayAlpha => 2,
        PngColorType.RgbAlpha => 4,
        _ => 1,
    };

    public int BitsPerPixel => SamplesPerPixel * BitDepth;

    /// <summary>How far back the filters look: whole bytes per pixel, at least one.</summary>
    public int FilterDistance => Math.Max(1, BitsPerPixel / 8);

    /// <summary>The bytes of a row of <paramref name="width"/> pixels, without the filter byte.</summary>
    public int RowBytes(int width) => checked((int)(((long)width * BitsPerPixel + 7) / 8));

    /// <summary>All rows of all passes with their filter bytes: what inflating the pixel data must give.</summary>
    public long InflatedLength
    {
        get
        {
            long total = 0;
            foreach (var pass in PngPass.Of(this))
                total += pass.IsEmpty ? 0 : (1L + RowBytes(pass.Width)) * pass.Height;

            return total;
        }
    }

    public static PngHeader Parse(ReadOnlySpan<byte> chunk)
    {
        if (chunk.Length < Length)
            throw Fault.Corrupt($"the IHDR chunk holds {chunk.Length} bytes instead of {Length}");

        var width = BinaryPrimitives.ReadUInt32BigEndian(chunk);
        var height = BinaryPrimitives.ReadUInt32BigEndian(chunk[4..]);
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            throw Fault.Corrupt($"a size of {width} x {height} pixels is not possible");

        int depth = chunk[8];
        PngColorType type = (PngColorType)chunk[9];
        var known = type switch
        {
            PngColorType.Gray => depth is 1 or 2 or 4 or 8 or 16,
            PngColorType.Palette => depth is 1 or 2 or 4 or 8,
            PngColorType.Rgb or PngColorType.GrayAlpha or PngColorType.RgbAlpha => depth is 8 or 16,
            _ => false,
        };
        if (!known)
            throw Fault.Corrupt($"there is no PNG colour type {chunk[9]} with {depth} bits");

        if (chunk[10] != 0)
            throw Fault.Unsupported($"PNG compression method {chunk[10]} is not known");

        if (chunk[11] != 0)
            throw Fault.Unsupported($"PNG filter method {chunk[11]} is not known");

        if (chunk[12] > 1)
            throw Fault.Unsupported($"PNG interlace method {chunk[12]} is not known");

        return new PngHeader((int)width, (int)height, depth, type, chunk[12] == 1);
    }
}
