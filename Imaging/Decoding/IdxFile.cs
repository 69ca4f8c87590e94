using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace MlPipeline.Imaging.Decoding;

/// <summary>
/// A file in the format of MNIST's (LeCun et al., "The MNIST database", file formats): bytes in one to three dimensions behind a
/// header with the sizes, plain or compressed by gzip. Its pictures are grey, one byte a pixel, and go by the file's name with
/// their number behind it, as in <c>train-images-idx3-ubyte.gz#7</c>: whatever reads a picture's file reads them too. Immutable.
/// </summary>
public sealed class IdxFile
{
    private const int MostKept = 4;
    private const int LongestSide = 4096;
    private const byte UnsignedBytes = 8;
    private const char NumberSign = '#';

    // The files that were read last, so that a picture costs no more than its bytes.
    private static readonly List<IdxFile> s_kept = [];
    private static readonly Lock s_lock = new();

    private readonly byte[] _elements;
    private readonly (string Path, long Length, DateTime Changed) _stamp;

    private IdxFile((string, long, DateTime) stamp, int[] sizes, byte[] elements)
    {
        (_stamp, Sizes, _elements) = (stamp, sizes, elements);
    }

    /// <summary>The sizes of its dimensions: count, and for pictures height and width.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>How many pictures or labels it holds.</summary>
    public int Count => Sizes[0];

    /// <summary>All elements, one picture after the other, each by rows.</summary>
    public ReadOnlySpan<byte> Elements => _elements;

    private int PictureLength => Sizes.Skip(1).Aggregate(1, (a, b) => a * b);

    /// <summary>Whether a file begins as one of this format does: two zero bytes, or gzip's sign.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static bool Is(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        Span<byte> start = stackalloc byte[4];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && start is [0, 0, UnsignedBytes, >= 1 and <= 3] or [0x1f, 0x8b, ..];
    }

    /// <summary>Reads a file; the last few are kept in memory while they do not change.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="ImageDecodeException">It is none of this format, is cut off, or has other sizes than it
    /// says.</exception>
    public static IdxFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var info = new FileInfo(path);
        var stamp = (info.FullName, info.Exists ? info.Length : 0, info.LastWriteTimeUtc);
        lock (s_lock)
        {
            if (s_kept.Find(f => f._stamp == stamp) is { } known)
                return known;
            var file = Read(path, stamp);
            s_kept.RemoveAll(f => f._stamp.Path == info.FullName);
            if (s_kept.Count == MostKept)
                s_kept.RemoveAt(0);
            s_kept.Add(file);
            return file;
        }
    }

    /// <summary>What a picture of a file goes by.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">The picture, from 0.</param>
    public static string AddressOf(string path, int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}{NumberSign}{index}");

    /// <summary>A picture as the bytes of a BMP file; null when the address is none of a picture in such a file.</summary>
    internal static MemoryStream? OpenPicture(string address)
    {
        var at = address.LastIndexOf(NumberSign);
        if (at <= 0 || !int.TryParse(address.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            || File.Exists(address) || !File.Exists(address[..at]))
        {
            return null;
        }

        var file = Open(address[..at]);
        if (file.Sizes.Count != 3 || index >= file.Count)
        {
            throw new ImageDecodeException(ImageErrorKind.Corrupt, file.Sizes.Count == 3
                ? $"the file has pictures 0 to {file.Count - 1}" : "the file has labels, not pictures", address);
        }

        return new MemoryStream(Bmp(file._elements.AsSpan(index * file.PictureLength, file.PictureLength), file.Sizes[1],
            file.Sizes[2]), writable: false);
    }

    // 8 bits a pixel with a palette of greys, rows from the top (a negative height), each padded to four bytes.
    private static byte[] Bmp(ReadOnlySpan<byte> pixels, int height, int width)
    {
        const int FileHeader = 14, InfoHeader = 40, Palette = 4 * 256, Start = FileHeader + InfoHeader + Palette;
        var stride = (width + 3) / 4 * 4;
        var bytes = new byte[Start + (stride * height)];
        void Write(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), value);
        "BM"u8.CopyTo(bytes);
        Write(2, bytes.Length);
        Write(10, Start);
        Write(14, InfoHeader);
        Write(18, width);
        Write(22, -height);
        Write(26, 1 | (8 << 16));
        Write(34, stride * height);
        Write(46, 256);
        for (var grey = 0; grey < 256; grey++)
            Write(FileHeader + InfoHeader + (4 * grey), grey * 0x010101);
        for (var row = 0; row < height; row++)
            pixels.Slice(row * width, width).CopyTo(bytes.AsSpan(Start + (row * stride)));
        return bytes;
    }

    private static IdxFile Read(string path, (string, long, DateTime) stamp)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            var isCompressed = file.ReadByte() == 0x1f;
            file.Position = 0;
            using Stream stream = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file;
            var sizes = ReadSizes(stream, path);
            var length = sizes.Aggregate(1L, (a, b) => a * b);
            if (length > Array.MaxLength)
            {
                throw Error(ImageErrorKind.TooLarge,
                    $"its header announces {length} bytes; at most {Array.MaxLength} are read", path);
            }

            // A header costs nothing: memory is taken as the bytes come.
            var elements = isCompressed || file.Length - file.Position < length ? [] : new byte[length];
            if (elements.Length == 0)
                elements = Grow(stream, (int)length, path);
            else
                stream.ReadExactly(elements);
            return stream.ReadByte() < 0 ? new IdxFile(stamp, sizes, elements)
                : throw Error(ImageErrorKind.Corrupt, $"it goes on behind the {length} bytes that its header announces", path);
        }
        catch (InvalidDataException e)
        {
            throw new ImageDecodeException(ImageErrorKind.Corrupt, $"it is no whole gzip file ({e.Message})", path, e);
        }
    }

    private static byte[] Grow(Stream stream, int length, string path)
    {
        var elements = new byte[Math.Min(length, 1 << 20)];
        var read = 0;
        while (true)
        {
            read += stream.ReadAtLeast(elements.AsSpan(read), elements.Length - read, throwOnEndOfStream: false);
            if (read == length)
                return elements;
            if (read < elements.Length)
            {
                throw Error(ImageErrorKind.Truncated,
                    $"it is cut off: {read} of the {length} bytes that its header announces", path);
            }

            Array.Resize(ref elements, (int)Math.Min(length, 2L * elements.Length));
        }
    }

    private static int[] ReadSizes(Stream stream, string path)
    {
        Span<byte> word = stackalloc byte[4];
        ReadWord(stream, word, path);
        if (word is not [0, 0, UnsignedBytes, 1 or 3])
        {
            throw Error(ImageErrorKind.Unrecognised, $"it begins with {Convert.ToHexStringLower(word)}; files of this format "
                + "begin with 00000803 (pictures, a byte for each pixel) or 00000801 (labels)", path);
        }

        var sizes = new int[word[3]];
        for (var i = 0; i < sizes.Length; i++)
        {
            ReadWord(stream, word, path);
            sizes[i] = BinaryPrimitives.ReadInt32BigEndian(word);
            if (sizes[i] < 1 || (i > 0 && sizes[i] > LongestSide))
            {
                throw Error(ImageErrorKind.Corrupt, i == 0 ? $"its header announces {sizes[i]} elements"
                    : $"its header announces pictures with a side of {sizes[i]}; 1 to {LongestSide} are possible", path);
            }
        }

        return sizes;
    }

    private static void ReadWord(Stream stream, Span<byte> word, string path)
    {
        if (stream.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) < word.Length)
            throw Error(ImageErrorKind.Truncated, "it is cut off in its header", path);
    }

    private static ImageDecodeException Error(ImageErrorKind kind, string reason, string path) => new(kind, reason, path);
}
