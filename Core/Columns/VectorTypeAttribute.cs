namespace MlPipeline.Core;

/// <summary>Says that an array or <see cref="VBuffer{T}"/> member is a vector, and how long.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class VectorTypeAttribute : Attribute
{
    /// <summary>A vector whose length may differ from row to row.</summary>
    public VectorTypeAttribute()
    {
    }

    /// <summary>A vector of <paramref name="size"/> items.</summary>
    public VectorTypeAttribute(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Dims = [size];
    }

    /// <summary>A vector of several dimensions, 0 where unknown.</summary>
    public VectorTypeAttribute(params int[] dimensions)
    {
        foreach (int dimension in dimensions)
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(dimensions));
        Dims = dimensions;
    }

    internal int[]? Dims { get; }
}
