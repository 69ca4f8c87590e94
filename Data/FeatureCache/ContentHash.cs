using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MlPipeline.Data.Splits;

namespace MlPipeline.Data.FeatureCache;

/// <summary>SHA-256 of a picture's file: equal for equal contents, wherever the file lies.</summary>
public readonly struct ContentHash : IEquatable<ContentHash>
{
    /// <summary>Its length in bytes.</summary>
    public const int Size = 32;

    private readonly ulong _first;
    private readonly ulong _second;
    private readonly ulong _third;
    private readonly ulong _fourth;

    /// <summary>Takes 32 bytes.</summary>
    public ContentHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Size, nameof(bytes));
        _first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _second = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _third = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _fourth = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>True for equal contents.</summary>
    public static bool operator ==(ContentHash left, ContentHash right) => left.Equals(right);

    /// <summary>True for different contents.</summary>
    public static bool operator !=(ContentHash left, ContentHash right) => !left.Equals(right);

    /// <summary>The hash of a file as it is now; null when it cannot be read.</summary>
    public static ContentHash? OfFile(string path) => DuplicateFinder.HashFile(path) is { } text ? Parse(text) : null;

    /// <summary>Takes 64 hexadecimal digits, as <see cref="DuplicateFinder.HashContents"/> gives them.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static ContentHash Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var bytes = Convert.FromHexString(text);
        return bytes.Length == Size
            ? new ContentHash(bytes)
            : throw new FormatException($"A content hash has {2 * Size} hexadecimal digits, not {text.Length}.");
    }

    /// <summary>The hash of a view of the picture (a flip, a crop): a further row in the cache beside the picture's
    /// own.</summary>
    /// <param name="name">What tells the view from others, such as "flip".</param>
    public ContentHash View(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var text = Encoding.UTF8.GetBytes(name);
        var bytes = new byte[Size + text.Length];
        WriteTo(bytes);
        text.CopyTo(bytes, Size);
        return new ContentHash(SHA256.HashData(bytes));
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _first);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], _second);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], _third);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], _fourth);
    }

    /// <inheritdoc/>
    public bool Equals(ContentHash other) =>
        _first == other._first && _second == other._second && _third == other._third && _fourth == other._fourth;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ContentHash other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _first.GetHashCode();

    /// <summary>64 hexadecimal digits.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        WriteTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
