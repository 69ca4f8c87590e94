namespace MlPipeline.Core;

/// <summary>Writes the values (and indices, when sparse) of a vector; see <see cref="VBufferEditor"/>.</summary>
public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[]? _values;
    private readonly int[]? _indices;

    /// <summary>The values to write.</summary>
    public readonly Span<T> Values;

    /// <summary>The indices to write, strictly increasing; empty when the vector is dense.</summary>
    public readonly Span<int> Indices;

    internal VBufferEditor(
        int length, int count, T[]? values, int[]? indices, bool hasIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = hasIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    /// <summary>Whether <see cref="Values"/> lie in a new array.</summary>
    public bool CreatedNewValues { get; }

    /// <summary>Whether <see cref="Indices"/> lie in a new array.</summary>
    public bool CreatedNewIndices { get; }

    /// <summary>The vector, to be assigned to the buffer that the editor was made from.</summary>
    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices, trusted: true);

    /// <summary>The vector with only the first <paramref name="physicalValuesCount"/> stored values.</summary>
    /// <exception cref="InvalidOperationException">Values would be cut from an editor that has no indices.</exception>
    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        if (physicalValuesCount < 0 || physicalValuesCount > Values.Length)
            throw new ArgumentOutOfRangeException(
                nameof(physicalValuesCount), physicalValuesCount, $"Must be 0 to {Values.Length}.");
        if (physicalValuesCount < _length && Indices.Length < physicalValuesCount)
            throw new InvalidOperationException("A dense vector without indices cannot be truncated.");
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices, trusted: true);
    }
}
