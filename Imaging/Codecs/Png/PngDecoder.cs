using System.Buffers;
using System.IO.Compression;

namespace MlPipeline.Imaging;

/// <summary>
/// PNG (ISO/IEC 15948): every colour type and depth, interlaced or not. The still picture of an animated PNG is read.
/// </summary>
internal static class PngDecoder
{
    private const int BlockSize = 1 << 15;

    /// <summary>
    /// Deflate cannot shrink data to less than a 1032nd: the bound that unmasks an impossible header before memory is
    /// taken.
    /// </summary>
    private const long MaxExpansion = 1032;

    public static ImageInfo Identify(ReadOnlySpan<byte> data)
    {
        var header = PngFile.ReadHeader(data);
        return new ImageInfo(ImageFormat.Png, header.Width, header.Height, PngFile.Read(data).Orientation);
    }

    public static unsafe Raster Decode(ReadOnlySpan<byte> data, DecodeOptions options)
    {
        PngFile file = PngFile.Read(data);
        if (file.Header.ColorType == PngColorType.Palette && file.Palette.Length == 0)
            throw Fault.Corrupt("a palette picture without a palette (PLTE chunk)");

        long compressed = 0;
        foreach (var chunk in file.PixelData)
            compressed += chunk.End.Value - chunk.Start.Value;

        if (file.Header.InflatedLength > compressed * MaxExpansion)
        {
            throw Fault.Truncated(
                $"{compressed} bytes of pixel data cannot hold {file.Header.Width} x {file.Header.Height} pixels");
        }

        Raster raster = Raster.Uninitialised(file.Header.Width, file.Header.Height);
        try
        {
            fixed (byte* start = data)
            {
                ReadRows(file, new PngPixelStream(start, file.PixelData), raster);
            }

            return raster;
        }
        catch
        {
            raster.Dispose();
            throw;
        }
    }

    private static void ReadRows(PngFile file, PngPixelStream compressed, Raster raster)
    {
        var header = file.Header;
        Span<byte> palette = stackalloc byte[256 * 3];
        GrayRamp.Fill(palette);
        file.Palette.CopyTo(palette);

        var rowBytes = header.RowBytes(header.Width);
        var memory = ArrayPool<byte>.Shared.Rent(2 * rowBytes + BlockSize);
        var pixels = header.Interlaced ? ArrayPool<byte>.Shared.Rent(raster.Width * 3) : null;
        try
        {
            Inflater inflater = new(compressed, memory.AsMemory(2 * rowBytes, BlockSize));
            var rowsRead = 0;
            foreach (var pass in PngPass.Of(header))
            {
                if (pass.IsEmpty)
                    continue;

                var row = memory.AsSpan(0, header.RowBytes(pass.Width));
                var above = memory.AsSpan(rowBytes, row.Length);
                above.Clear();
                for (var y = 0; y < pass.Height; y++, rowsRead++)
                {
                    var filter = inflater.ReadRow(row);
                    if (filter < 0)
                        throw Fault.Truncated($"the pixel data ends in row {y} of {pass.Height}{PassName(header, pass)}");

                    if (!PngFilters.Undo((byte)filter, row, above, header.FilterDistance))
                        throw Fault.Corrupt($"there is no filter {filter} (row {y}{PassName(header, pass)})");

                    var target = raster.Row(pass.StartY + y * pass.StepY);
                    if (pixels == null)
                    {
                        PngRow.ToRgb(header, palette, row, target);
                    }
                    else
                    {
                        var spread = pixels.AsSpan(0, pass.Width * 3);
                        PngRow.ToRgb(header, palette, row, spread);
                        Spread(spread, target, pass);
                    }

                    var swap = row;
                    row = above;
                    above = swap;
                }
            }

            inflater.Finish();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(memory);
            if (pixels != null)
                ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    private static void Spread(ReadOnlySpan<byte> pixels, Span<byte> target, in PngPass pass)
    {
        for (int from = 0, to = pass.StartX * 3; from < pixels.Length; from += 3, to += pass.StepX * 3)
            pixels.Slice(from, 3).CopyTo(target[to..]);
    }

    private static string PassName(in PngHeader header, in PngPass pass) =>
        header.Interlaced ? $" of the interlaced pass from ({pass.StartX}, {pass.StartY})" : "";

    /// <summary>Inflates in blocks and hands out rows: never more memory than one block, whatever the data claims.</summary>
    private ref struct Inflater
    {
        private readonly ZLibStream _inflated;
        private readonly Memory<byte> _block;
        private int _used;
        private int _filled;

        public Inflater(PngPixelStream compressed, Memory<byte> block)
        {
            _inflated = new ZLibStream(compressed, CompressionMode.Decompress);
            _block = block;
        }

        /// <summary>Fills the row and returns its filter byte; -1 where the data ends first.</summary>
        public int ReadRow(Span<byte> row)
        {
            if (_used == _filled && !Fill())
                return -1;

            int filter = _block.Span[_used++];
            while (!row.IsEmpty)
            {
                if (_used == _filled && !Fill())
                    return -1;

                var count = Math.Min(row.Length, _filled - _used);
                _block.Span.Slice(_used, count).CopyTo(row);
                _used += count;
                row = row[count..];
            }

            return filter;
        }

        /// <summary>
        /// Reads on to the end of the zlib stream, where its checksum is; data beyond the picture is passed over.
        /// </summary>
        public void Finish()
        {
            if (_used == _filled)
                Fill();

            _inflated.Dispose();
        }

        private bool Fill()
        {
            try
            {
                _used = 0;
                _filled = _inflated.Read(_block.Span);
                return _filled > 0;
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw Fault.Corrupt("the compressed pixel data is damaged", e);
            }
        }
    }
}
