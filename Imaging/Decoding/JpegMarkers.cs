using System.Buffers.Binary;

namespace MlPipeline.Imaging.Decoding;

/// <summary>
/// The markers of a JPEG file (ITU T.81, B.2) up to its first scan: for the features that are refused by name, and for the work
/// that its scans ask for.
/// </summary>
internal readonly ref struct JpegMarkers
{
    private const int EndOfImage = 0xD9;
    private const int StartOfScan = 0xDA;
    private const int RestartInterval = 0xDD;

    private readonly ReadOnlySpan<byte> _rest;
    private readonly int _frame;
    private readonly int _precision;
    private readonly int _components;
    private readonly int _scanComponents;
    private readonly bool _heightIsOpen;
    private readonly bool _restarts;
    private readonly string? _fraction;

    public JpegMarkers(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at < file.Length)
        {
            var next = file[at..].IndexOf((byte)0xFF);
            if (next < 0)
                return;
            at += next;
            while (at < file.Length && file[at] == 0xFF)
                at++;
            if (at + 3 > file.Length)
                return;
            var marker = file[at++];
            if (marker == EndOfImage)
            {
                Ends = true;
                return;
            }

            if (marker is 0 or 1 or (>= 0xD0 and <= 0xD8))
                continue;
            int length = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (length < 2 || at + length > file.Length)
                return;
            var segment = file.Slice(at + 2, length - 2);
            at += length;
            if (marker is (>= 0xC0 and <= 0xCF and not (0xC4 or 0xCC)) or 0xDE or 0xF7)
            {
                _frame = marker;
                _precision = segment.Length > 5 ? segment[0] : 0;
                _components = segment.Length > 5 ? segment[5] : 0;
                _heightIsOpen = segment.Length > 5 && segment[1] == 0 && segment[2] == 0;
                _fraction = FindFraction(segment);
            }

            if (marker == RestartInterval)
                _restarts = true;
            if (marker == StartOfScan)
            {
                // Within coded data, 0xFF is followed by a zero or a restart number: what else follows is a marker.
                _rest = file[at..];
                _scanComponents = segment.Length > 0 ? segment[0] : 0;
                Ends = _rest.IndexOf((ReadOnlySpan<byte>)[0xFF, EndOfImage]) >= 0;
                return;
            }
        }
    }

    /// <summary>Whether there is an end-of-image marker.</summary>
    public bool Ends { get; }

    /// <summary>Whether all there is to decode is one scan in Huffman coding without restart markers.</summary>
    public bool IsSinglePiece =>
        _frame is 0xC0 or 0xC1 && !_restarts && _scanComponents > 0 && _scanComponents == _components;

    /// <summary>Arithmetic coding packs any number of blocks into a byte; Huffman coding spends a bit on each.</summary>
    public bool Arithmetic => _frame >= 0xC8;

    /// <summary>How often decoding goes over the whole picture.</summary>
    public int CountScans()
    {
        // One scan with all components is decoded alone, whatever follows it.
        var progressive = _frame is 0xC2 or 0xCA;
        return progressive || _scanComponents < _components
            ? 1 + _rest.Count((ReadOnlySpan<byte>)[0xFF, StartOfScan])
            : 1;
    }

    /// <summary>The feature that is not decoded, or null.</summary>
    public string? FindUnsupported()
    {
        if (_frame is 0xC3 or 0xCB)
            return "lossless JPEG is not supported";
        if (_frame == 0xF7)
            return "JPEG-LS (lossless) is not supported";
        if (_frame is 0xDE or (>= 0xC5 and <= 0xC7) or (>= 0xCD and <= 0xCF))
            return "hierarchical JPEG is not supported";
        if (_frame == 0xC8)
            return "a JPEG extension (marker 0xC8) is not supported";
        if (_frame != 0 && _precision == 12)
            return "12-bit JPEG samples are not supported; 8-bit ones are";
        if (_heightIsOpen)
            return "a JPEG whose height comes only after its first scan is not supported";
        return _frame != 0 && _components is not (1 or 3 or 4)
            ? $"{_components} colour components in a JPEG are not supported; 1, 3 and 4 are"
            : _fraction;
    }

    /// <summary>A component whose samples are not a whole number of times as wide or high as the densest one's.</summary>
    private static string? FindFraction(ReadOnlySpan<byte> frame)
    {
        int across = 1, down = 1;
        for (var i = 7; i < frame.Length; i += 3)
            (across, down) = (Math.Max(across, frame[i] >> 4), Math.Max(down, frame[i] & 15));
        for (var i = 7; i < frame.Length; i += 3)
        {
            var (horizontal, vertical) = (frame[i] >> 4, frame[i] & 15);
            if (horizontal > 0 && vertical > 0 && (across % horizontal != 0 || down % vertical != 0))
                return $"JPEG sampling factors of {horizontal}x{vertical} beside {across}x{down} are not supported";
        }

        return null;
    }
}
