namespace MlPipeline.Imaging.Decoding;

/// <summary>Limits and choices for decoding. The defaults are safe for files from strangers.</summary>
public sealed record DecodeOptions
{
    /// <summary>One array, less room for the arithmetic of offsets behind what a file's headers may claim.</summary>
    private const long MostBytes = int.MaxValue - (1 << 20);

    /// <summary>The largest value of <see cref="MaxPixels"/>: the decoder's four bytes a pixel then fit one array.</summary>
    public const long MostPixels = MostBytes / 4;

    /// <summary>What libpng decodes; the other formats end before.</summary>
    internal const int LongestSide = 1_000_000;

    private readonly long _maxPixels = 250_000_000;
    private readonly int _maxSide = LongestSide;
    private readonly long _maxBytes = 256L << 20;
    private readonly (int Width, int Height)? _atLeast;

    /// <summary>The options used where none are given.</summary>
    public static DecodeOptions Default { get; } = new();

    /// <summary>
    /// A picture whose header announces more pixels is refused before memory is taken. Default 250 million (phones take 200), at
    /// most <see cref="MostPixels"/>.
    /// It bounds the memory of one decoding: 4 bytes a pixel for the result, and what the codec itself holds of the whole
    /// picture: nothing for most files, up to 8 bytes a pixel for progressive JPEG (16-bit coefficients), interlaced PNG, GIF
    /// and WebP.
    /// </summary>
    public long MaxPixels
    {
        get => _maxPixels;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxPixels));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostPixels, nameof(MaxPixels));
            _maxPixels = value;
        }
    }

    /// <summary>
    /// A picture with a longer side is refused: rows, and the weights with which they are resized, would take memory out of all
    /// proportion. Default 1 million, which is also the most.
    /// </summary>
    public int MaxSide
    {
        get => _maxSide;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSide));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestSide, nameof(MaxSide));
            _maxSide = value;
        }
    }

    /// <summary>A file or stream with more bytes is refused. Default 256 MiB, at most 2,146,435,071.</summary>
    public long MaxBytes
    {
        get => _maxBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxBytes));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostBytes, nameof(MaxBytes));
            _maxBytes = value;
        }
    }

    /// <summary>Turn the picture as its EXIF orientation says. Default true.</summary>
    public bool ApplyOrientation { get; init; } = true;

    /// <summary>
    /// A size at which the picture will be used: JPEG and WebP are decoded at 1/2, 1/4 or 1/8 for less work and memory as long
    /// as both sides of the result, as handed out, stay at least this long. Default null: always the full size.
    /// </summary>
    public (int Width, int Height)? AtLeast
    {
        get => _atLeast;
        init
        {
            if (value is (int width, int height))
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(AtLeast));
                ArgumentOutOfRangeException.ThrowIfLessThan(height, 1, nameof(AtLeast));
            }

            _atLeast = value;
        }
    }

    /// <summary>
    /// Told the bytes of each picture before they are decoded, and the file's name where there is one: whoever needs a hash of a
    /// file that is decoded anyway need not read it again. Called on the thread that decodes. Default null.
    /// </summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Action<ReadOnlySpan<byte>, string?>? Inspect { get; init; }
}
