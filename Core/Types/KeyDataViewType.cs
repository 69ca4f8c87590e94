namespace MlPipeline.Core;

/// <summary>
/// Categories numbered from 1; 0 stands for a missing value. The meaning of each number is told by the column's
/// key values annotation.
/// </summary>
public sealed class KeyDataViewType : PrimitiveDataViewType
{
    /// <summary>Keys 1 to <paramref name="count"/> in an unsigned integer type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The type is not byte, ushort, uint or ulong, or cannot hold the count.
    /// </exception>
    public KeyDataViewType(Type type, ulong count)
        : base(type)
    {
        if (!IsValidDataType(type))
            throw new ArgumentOutOfRangeException(nameof(type), type, "Keys are byte, ushort, uint or ulong.");
        if (count == 0 || count > MaxCount(type))
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"A key of type {type.Name} counts 1 to {MaxCount(type)}.");
        Count = count;
    }

    /// <summary>Keys 1 to <paramref name="count"/> in an unsigned integer type.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The type is not byte, ushort, uint or ulong, or the count is not positive.
    /// </exception>
    public KeyDataViewType(Type type, int count)
        : this(type, count > 0 ? (ulong)count : throw new ArgumentOutOfRangeException(nameof(count), count, "Must be positive."))
    {
    }

    /// <summary>How many keys there are; valid values are 0 (missing) to this.</summary>
    public ulong Count { get; }

    /// <summary>Whether a key may be held in <paramref name="type"/>: byte, ushort, uint or ulong.</summary>
    public static bool IsValidDataType(Type type) =>
        type == typeof(byte) || type == typeof(ushort) || type == typeof(uint) || type == typeof(ulong);

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) =>
        other is KeyDataViewType key && key.RawType == RawType && key.Count == Count;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(RawType, Count);

    /// <inheritdoc/>
    public override string ToString() => $"Key<{RawType.Name}, 0-{Count - 1}>";

    internal static ulong MaxCount(Type type) =>
        type == typeof(byte) ? byte.MaxValue
        : type == typeof(ushort) ? ushort.MaxValue
        : type == typeof(uint) ? uint.MaxValue
        : ulong.MaxValue;
}
