using System.Buffers.Binary;

namespace MlPipeline.Imaging;

/// <summary>Walks a file's markers and keeps what they say.</summary>
internal ref struct JpegReader
{
    private readonly ReadOnlySpan<byte> _file;
    private bool _exif;

    public JpegReader(ReadOnlySpan<byte> file)
    {
        _file = file;
        if (file.Length < 2)
            throw Fault.Truncated("the file ends before its header");

        if (file[0] != 0xFF || file[1] != JpegMarker.StartOfImage)
            throw new ImageDecodeException(ImageErrorKind.Unrecognised, "the file does not begin as a JPEG does");

        Position = 2;
    }

    /// <summary>Where the next marker is looked for.</summary>
    public int Position { get; set; }

    public JpegTables Tables { get; } = new();

    public JpegFrame? Frame { get; private set; }

    /// <summary>A JFIF header was seen: three components are luminance and chrominance.</summary>
    public bool Jfif { get; private set; }

    /// <summary>The colour transform that Adobe's marker names, or -1 where there is no such marker.</summary>
    public int AdobeTransform { get; private set; } = -1;

    /// <summary>The EXIF orientation, 1 to 8.</summary>
    public int Orientation { get; private set; } = 1;

    /// <summary>The file ended where a marker should have come.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Reads on to the next scan; null at the end of the image, or of the file.</summary>
    public JpegScan? NextScan()
    {
        while (true)
        {
            var marker = NextMarker();
            if (marker < 0)
            {
                AtEnd = true;
                return null;
            }

            // A second start of image is let pass: some cameras write it.
            if (marker is JpegMarker.StartOfImage or JpegMarker.Temporary || JpegMarker.IsRestart((byte)marker))
                continue;

            if (marker == JpegMarker.EndOfImage)
                return null;

            var segment = Segment();
            if (marker == JpegMarker.StartOfScan)
                return ReadScan(segment);

            ReadSegment((byte)marker, segment);
        }
    }

    private int NextMarker()
    {
        while (Position < _file.Length)
        {
            var plain = _file[Position..].IndexOf((byte)0xFF);
            if (plain < 0)
                break;

            Position += plain;
            while (Position < _file.Length && _file[Position] == 0xFF)
                Position++;

            if (Position < _file.Length && _file[Position++] is byte marker and not 0)
                return marker;
        }

        Position = _file.Length;
        return -1;
    }

    private ReadOnlySpan<byte> Segment()
    {
        if (_file.Length - Position < 2)
            throw Fault.Truncated("the file ends within its header");

        int length = BinaryPrimitives.ReadUInt16BigEndian(_file[Position..]);
        if (length < 2)
            throw Fault.Corrupt($"a header segment has the length {length}");

        if (_file.Length - Position < length)
            throw Fault.Truncated("the file ends within its header");

        var segment = _file.Slice(Position + 2, length - 2);
        Position += length;
        return segment;
    }

    private void ReadSegment(byte marker, ReadOnlySpan<byte> segment)
    {
        switch (marker)
        {
            case JpegMarker.HuffmanTables:
                Tables.ReadHuffman(segment);
                break;
            case JpegMarker.QuantizationTables:
                Tables.ReadQuantization(segment);
                break;
            case JpegMarker.RestartInterval:
                Tables.ReadRestartInterval(segment);
                break;
            case JpegMarker.ArithmeticConditioning:
                Tables.ReadArithmeticConditioning(segment);
                break;
            case JpegMarker.Application0:
                Jfif |= segment.StartsWith("JFIF\0"u8);
                break;
            case JpegMarker.Application1:
                if (!_exif && segment.StartsWith("Exif\0"u8) && segment.Length > 6)
                {
                    _exif = true;
                    Orientation = ExifOrientation.Read(segment[6..]);
                }

                break;
            case JpegMarker.Application14:
                if (segment.StartsWith("Adobe"u8) && segment.Length >= 12)
                    AdobeTransform = segment[11];

                break;
            case JpegMarker.NumberOfLines or JpegMarker.Comment:
            case >= JpegMarker.Application0 and <= JpegMarker.Application15:
                break;
            case JpegMarker.HierarchicalProgression:
                throw Fault.Unsupported("hierarchical JPEG is not supported");
            case JpegMarker.JpegLsFrame:
                throw Fault.Unsupported("JPEG-LS (lossless) is not supported");
            default:
                if (!JpegMarker.IsStartOfFrame(marker))
                    throw Fault.Corrupt($"unknown marker 0x{marker:X2} in the header");

                if (Frame != null)
                    throw Fault.Corrupt("there are two frame headers");

                Frame = JpegFrameReader.Read(marker, segment, _file[Position..]);
                break;
        }
    }

    private readonly JpegScan ReadScan(ReadOnlySpan<byte> segment)
    {
        if (Frame == null)
            throw Fault.Corrupt("a scan comes before the frame header");

        return JpegScanReader.Read(segment, Frame, Tables);
    }
}
