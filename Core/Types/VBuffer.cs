using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>
/// A vector, dense or sparse. Its arrays belong to whoever holds the buffer by <c>ref</c>: a getter that is given the
/// same buffer again writes into the arrays it finds there, so copy what must outlive the next call.
/// Sparse: <see cref="GetValues"/> at the strictly increasing <see cref="GetIndices"/>, default elsewhere.
/// </summary>
[SuppressMessage("Design", "CA1010", Justification = "ML.NET's contract: a vector of numbers is not a LINQ source of its own.")]
public readonly struct VBuffer<T> : IEnumerable
{
    // The arrays may be longer than what is in use, and may be null when nothing is.
    private readonly T[]? _values;
    private readonly int[]? _indices;
    private readonly int _count;

    /// <summary>The logical length, defaults included.</summary>
    public readonly int Length;

    /// <summary>A dense vector of the first <paramref name="length"/> values. The arrays are taken over, not copied.</summary>
    public VBuffer(int length, T[] values, int[]? indices = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if ((values?.Length ?? 0) < length)
            throw new ArgumentException($"{values?.Length ?? 0} values cannot fill a vector of length {length}.", nameof(values));
        Length = length;
        _count = length;
        _values = values;
        _indices = indices;
    }

    /// <summary>
    /// A vector of the first <paramref name="count"/> values, at the given indices when that is less than
    /// <paramref name="length"/>. The arrays are taken over, not copied.
    /// </summary>
    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length);
        if ((values?.Length ?? 0) < count)
            throw new ArgumentException($"{values?.Length ?? 0} values are fewer than the count {count}.", nameof(values));
        if (count < length && (indices?.Length ?? 0) < count)
            throw new ArgumentException($"{indices?.Length ?? 0} indices are fewer than the count {count}.", nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    internal VBuffer(int length, int count, T[]? values, int[]? indices, bool trusted)
    {
        _ = trusted;
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    /// <summary>Whether every item is stored.</summary>
    public bool IsDense => _count == Length;

    internal T[]? ValuesArray => _values;

    internal int[]? IndicesArray => _indices;

    /// <summary>The stored values.</summary>
    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);

    /// <summary>Where the stored values belong; empty when the vector is dense.</summary>
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    /// <summary>The item at <paramref name="index"/>.</summary>
    public T GetItemOrDefault(int index)
    {
        T value = default!;
        GetItemOrDefault(index, ref value);
        return value;
    }

    /// <summary>The item at <paramref name="index"/>.</summary>
    public void GetItemOrDefault(int index, ref T destination)
    {
        if ((uint)index >= (uint)Length)
            throw new ArgumentOutOfRangeException(nameof(index), index, $"The vector's length is {Length}.");
        int at = IsDense ? index : GetIndices().BinarySearch(index);
        destination = at >= 0 ? _values![at] : default!;
    }

    /// <summary>Copies into <paramref name="destination"/>, as dense or sparse as this is, re-using its arrays.</summary>
    public void CopyTo(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    /// <summary>Copies all items, defaults included, re-using the destination's array.</summary>
    public void CopyToDense(ref VBuffer<T> destination)
    {
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Copies a range of items, as dense or sparse as it is.</summary>
    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sourceIndex);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length > Length - sourceIndex)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"The range ends beyond the length {Length}.");
        if (IsDense)
        {
            VBufferEditor<T> dense = VBufferEditor.Create(ref destination, length);
            GetValues().Slice(sourceIndex, length).CopyTo(dense.Values);
            destination = dense.Commit();
            return;
        }
        ReadOnlySpan<int> indices = GetIndices();
        int start = LowerBound(indices, sourceIndex);
        int count = LowerBound(indices, sourceIndex + length) - start;
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length, count);
        GetValues().Slice(start, count).CopyTo(editor.Values);
        for (int i = 0; i < editor.Indices.Length; i++)
            editor.Indices[i] = indices[start + i] - sourceIndex;
        destination = editor.Commit();
    }

    /// <summary>Writes all items, defaults included, into a span of at least <see cref="Length"/>.</summary>
    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    /// <summary>Writes all items from <paramref name="destinationIndex"/> on, with a value for those not stored.</summary>
    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default!)
    {
        if (destinationIndex < 0 || destination.Length - destinationIndex < Length)
            throw new ArgumentException($"{Length} items do not fit.", nameof(destination));
        Span<T> target = destination.Slice(destinationIndex, Length);
        ReadOnlySpan<T> values = GetValues();
        if (IsDense)
        {
            values.CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        ReadOnlySpan<int> indices = GetIndices();
        for (int i = 0; i < indices.Length; i++)
            target[indices[i]] = values[i];
    }

    /// <summary>Makes <paramref name="destination"/> a dense copy of a stretch of an array.</summary>
    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        ReadOnlySpan<T> stretch = source.AsSpan(sourceIndex, length);
        VBufferEditor<T> editor = VBufferEditor.Create(ref destination, length);
        stretch.CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Index and value of the stored items, or of all of them.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        VBuffer<T> self = this;
        return all ? self.AllItems() : self.StoredItems();
    }

    /// <summary>All items in order, defaults included.</summary>
    public IEnumerable<T> DenseValues()
    {
        VBuffer<T> self = this;
        return self.AllItems().Select(item => item.Value);
    }

    /// <summary>Goes over all items in order, defaults included.</summary>
    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() =>
        IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    private IEnumerable<KeyValuePair<int, T>> StoredItems()
    {
        for (int i = 0; i < _count; i++)
            yield return new KeyValuePair<int, T>(IsDense ? i : _indices![i], _values![i]);
    }

    private IEnumerable<KeyValuePair<int, T>> AllItems()
    {
        int stored = 0;
        for (int i = 0; i < Length; i++)
        {
            bool here = stored < _count && (IsDense || _indices![stored] == i);
            yield return new KeyValuePair<int, T>(i, here ? _values![stored++] : default!);
        }
    }

    private static int LowerBound(ReadOnlySpan<int> indices, int value)
    {
        int at = indices.BinarySearch(value);
        return at >= 0 ? at : ~at;
    }
}
