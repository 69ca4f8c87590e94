namespace MlPipeline.Core;

/// <summary>Makes editors of vectors: the only way to write into a <see cref="VBuffer{T}"/>'s arrays.</summary>
public static class VBufferEditor
{
    /// <summary>An editor over the buffer as it is.</summary>
    public static VBufferEditor<T> CreateFromBuffer<T>(ref VBuffer<T> destination)
    {
        int count = destination.GetValues().Length;
        return new VBufferEditor<T>(
            destination.Length, count, destination.ValuesArray, destination.IndicesArray, hasIndices: !destination.IsDense,
            createdNewValues: false, createdNewIndices: false);
    }

    /// <summary>
    /// An editor over the buffer's arrays, which are replaced when they are too small. What the arrays held is left there
    /// as garbage, and is kept in a replacing array only if asked for.
    /// </summary>
    /// <param name="destination">The buffer whose arrays are re-used; assign the committed buffer back to it.</param>
    /// <param name="newLogicalLength">The length of the vector.</param>
    /// <param name="valuesCount">How many values are stored; all by default, which makes the vector dense.</param>
    /// <param name="maxValuesCapacity">No array will be grown beyond this; the logical length by default.</param>
    /// <param name="keepOldOnResize">Whether a replacing array takes over the values.</param>
    /// <param name="requireIndicesOnDense">Whether there are indices to write even when all values are stored.</param>
    public static VBufferEditor<T> Create<T>(
        ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null, int? maxValuesCapacity = null,
        bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(newLogicalLength);
        int count = valuesCount ?? newLogicalLength;
        if (count < 0 || count > newLogicalLength)
            throw new ArgumentOutOfRangeException(nameof(valuesCount), count, $"Must be 0 to the length {newLogicalLength}.");
        int capacity = maxValuesCapacity ?? newLogicalLength;
        if (capacity < count)
            throw new ArgumentOutOfRangeException(nameof(maxValuesCapacity), capacity, $"Must hold the {count} values.");

        T[]? values = EnsureSize(destination.ValuesArray, count, capacity, keepOldOnResize, out bool newValues);
        int[]? indices = destination.IndicesArray;
        bool newIndices = false;
        bool hasIndices = count < newLogicalLength || requireIndicesOnDense;
        if (hasIndices)
            indices = EnsureSize(indices, count, capacity, keepOldOnResize, out newIndices);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, hasIndices, newValues, newIndices);
    }

    // Grows by doubling, so that rows of slowly rising length do not allocate each time.
    private static TItem[]? EnsureSize<TItem>(TItem[]? array, int needed, int capacity, bool keep, out bool created)
    {
        created = needed > (array?.Length ?? 0);
        if (!created)
            return array;
        int length = (int)Math.Min(capacity, Math.Max(needed, 2L * (array?.Length ?? 0)));
        if (keep && array != null)
        {
            Array.Resize(ref array, length);
            return array;
        }
        return new TItem[length];
    }
}
