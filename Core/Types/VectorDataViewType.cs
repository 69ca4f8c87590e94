using System.Collections.Immutable;

namespace MlPipeline.Core;

/// <summary>Vectors of primitive items, with one or more dimensions; a dimension of 0 is not known beforehand.</summary>
public sealed class VectorDataViewType : StructuredDataViewType
{
    /// <summary>A one-dimensional vector; <paramref name="size"/> 0 means that each row may have its own length.</summary>
    public VectorDataViewType(PrimitiveDataViewType itemType, int size = 0)
        : this(itemType, ImmutableArray.Create(size))
    {
    }

    /// <summary>A vector of several dimensions; 0 stands for an unknown one.</summary>
    public VectorDataViewType(PrimitiveDataViewType itemType, params int[] dimensions)
        : this(itemType, ImmutableArray.Create(dimensions ?? throw new ArgumentNullException(nameof(dimensions))))
    {
    }

    /// <summary>A vector of several dimensions; 0 stands for an unknown one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No dimension at all, a negative one, or a product over 2^31 - 1.</exception>
    public VectorDataViewType(PrimitiveDataViewType itemType, ImmutableArray<int> dimensions)
        : base(RawTypeOf(itemType))
    {
        if (dimensions.IsDefaultOrEmpty)
            throw new ArgumentOutOfRangeException(nameof(dimensions), "A vector has at least one dimension.");
        long size = 1;
        foreach (int dimension in dimensions)
        {
            if (dimension < 0)
                throw new ArgumentOutOfRangeException(nameof(dimensions), dimension, "A dimension cannot be negative.");
            size *= dimension;
            if (size > int.MaxValue)
                throw new ArgumentOutOfRangeException(nameof(dimensions), "The product of the dimensions is too large.");
        }
        ItemType = itemType;
        Dimensions = dimensions;
        Size = (int)size;
    }

    /// <summary>The dimensions, outermost first; 0 where unknown.</summary>
    public ImmutableArray<int> Dimensions { get; }

    /// <summary>Whether every row has the same, known length.</summary>
    public bool IsKnownSize => Size > 0;

    /// <summary>The type of the items.</summary>
    public PrimitiveDataViewType ItemType { get; }

    /// <summary>The number of items, or 0 when it is not known.</summary>
    public int Size { get; }

    /// <inheritdoc/>
    public override bool Equals(DataViewType? other) =>
        other is VectorDataViewType vector
        && vector.ItemType.Equals(ItemType)
        && vector.Dimensions.AsSpan().SequenceEqual(Dimensions.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewType other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(ItemType);
        foreach (int dimension in Dimensions)
            hash.Add(dimension);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Dimensions.Length == 1)
            return Size > 0 ? $"Vector<{ItemType}, {Size}>" : $"Vector<{ItemType}>";
        return $"Vector<{ItemType}, {string.Join(", ", Dimensions.Select(d => d > 0 ? d.ToString() : "*"))}>";
    }

    private static Type RawTypeOf(PrimitiveDataViewType itemType)
    {
        ArgumentNullException.ThrowIfNull(itemType);
        return typeof(VBuffer<>).MakeGenericType(itemType.RawType);
    }
}
