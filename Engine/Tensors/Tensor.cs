using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Tensors;

/// <summary>
/// A dense array with dimensions, row-major (the last dimension is contiguous); images are batch x channels x height x width.
/// Holds <see cref="ElementType.Float32"/>, <see cref="ElementType.Int64"/>, <see cref="ElementType.Int32"/> or <see
/// cref="ElementType.Bool"/>.
/// </summary>
public sealed class Tensor
{
    private readonly Array _values;
    private readonly int[] _dimensions;

    private Tensor(ElementType type, Array values, int[] dimensions)
    {
        var length = LengthOf(dimensions);
        if (length != values.LongLength)
        {
            throw new ArgumentException(
                $"A tensor of {ShapeText.Of(dimensions)} has {length} elements, but {values.LongLength} values were given.",
                    nameof(values));
        }

        Type = type;
        _values = values;
        _dimensions = dimensions;
    }

    /// <summary>The type of the elements.</summary>
    public ElementType Type { get; }

    /// <summary>The size of each dimension; empty for a scalar.</summary>
    public ReadOnlySpan<int> Dimensions => _dimensions;

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dimensions.Length;

    /// <summary>The number of elements.</summary>
    public int Length => _values.Length;

    /// <summary>The elements of a <see cref="ElementType.Float32"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public Span<float> Floats => Values<float>();

    /// <summary>The elements of an <see cref="ElementType.Int64"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public Span<long> Int64s => Values<long>();

    /// <summary>The elements of an <see cref="ElementType.Int32"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public Span<int> Int32s => Values<int>();

    /// <summary>The elements of a <see cref="ElementType.Bool"/> tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is of another type.</exception>
    public Span<bool> Bools => Values<bool>();

    /// <summary>The array behind the tensor, of the type that <see cref="Type"/> says.</summary>
    internal Array Storage => _values;

    /// <summary>The dimensions as the array that holds them: not to be written to.</summary>
    internal int[] Shape => _dimensions;

    /// <summary>Wraps the values (no copy); no dimensions means a scalar.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the dimensions.</exception>
    public static Tensor Of(float[] values, params int[] dimensions) => new(ElementType.Float32, values, [.. dimensions]);

    /// <summary>Wraps the values (no copy); no dimensions means a scalar.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the dimensions.</exception>
    public static Tensor Of(long[] values, params int[] dimensions) => new(ElementType.Int64, values, [.. dimensions]);

    /// <summary>Wraps the values (no copy); no dimensions means a scalar.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the dimensions.</exception>
    public static Tensor Of(int[] values, params int[] dimensions) => new(ElementType.Int32, values, [.. dimensions]);

    /// <summary>Wraps the values (no copy); no dimensions means a scalar.</summary>
    /// <exception cref="ArgumentException">The number of values is not the product of the dimensions.</exception>
    public static Tensor Of(bool[] values, params int[] dimensions) => new(ElementType.Bool, values, [.. dimensions]);

    /// <summary>A tensor of zeros (or false).</summary>
    /// <exception cref="ArgumentException">The type is not one that tensors hold, or the tensor would be too large.</exception>
    public static Tensor Zeros(ElementType type, params int[] dimensions)
    {
        var length = LengthOf(dimensions);
        Array values = type switch
        {
            ElementType.Float32 => new float[length],
            ElementType.Int64 => new long[length],
            ElementType.Int32 => new int[length],
            ElementType.Bool => new bool[length],
            _ => throw new ArgumentException($"Tensors do not hold {type}.", nameof(type)),
        };
        return new Tensor(type, values, [.. dimensions]);
    }

    /// <summary>The same elements (shared, not copied) under other dimensions.</summary>
    /// <exception cref="ArgumentException">The product of the dimensions is not <see cref="Length"/>.</exception>
    public Tensor Reshape(params int[] dimensions) => new(Type, _values, [.. dimensions]);

    /// <summary>A copy that shares nothing with this tensor.</summary>
    public Tensor Clone() => new(Type, (Array)_values.Clone(), _dimensions);

    /// <summary>Whether another tensor has the same type, dimensions and, bit by bit, elements.</summary>
    /// <param name="other">The other tensor.</param>
    public bool HasSameElementsAs(Tensor other) => Type == other.Type && Shape.AsSpan().SequenceEqual(other.Shape)
        && Type switch
        {
            ElementType.Float32 => MemoryMarshal.AsBytes(Floats).SequenceEqual(MemoryMarshal.AsBytes(other.Floats)),
            ElementType.Int64 => Int64s.SequenceEqual(other.Int64s),
            ElementType.Int32 => Int32s.SequenceEqual(other.Int32s),
            _ => Bools.SequenceEqual(other.Bools),
        };

    /// <summary>Type and dimensions, for messages: <c>Float32[1x3x224x224]</c>.</summary>
    public override string ToString() => $"{Type}{ShapeText.Of(_dimensions)}";

    /// <summary>
    /// Whether a tensor can have these dimensions: none negative, and the product of those that are not zero, and so of any of
    /// them, within what an array can hold.
    /// </summary>
    internal static bool IsPossible(ReadOnlySpan<int> dimensions)
    {
        long length = 1;
        foreach (var size in dimensions)
        {
            length *= Math.Max(1, size);
            if (size < 0 || length > Array.MaxLength)
                return false;
        }

        return true;
    }

    internal static long LengthOf(ReadOnlySpan<int> dimensions)
    {
        if (!IsPossible(dimensions))
        {
            throw new ArgumentException(
                $"A tensor cannot have the dimensions {ShapeText.Of(dimensions)}: one is negative, or it would be too large.",
                nameof(dimensions));
        }

        long length = 1;
        foreach (var size in dimensions)
            length *= size;
        return length;
    }

    // Not "is T[]": an array of unsigned numbers would pass for one of signed ones.
    private Span<T> Values<T>() => _values.GetType() == typeof(T[])
        ? Unsafe.As<T[]>(_values)
        : throw new InvalidOperationException($"This tensor is {this}, not of {typeof(T).Name}.");
}
