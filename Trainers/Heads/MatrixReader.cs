using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Heads;

/// <summary>Reads the rows that a head is trained or judged on.</summary>
internal static class MatrixReader
{
    /// <summary>Reads all rows once, with the columns that the options name.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="options">The columns of labels, features, weights and sampling keys.</param>
    /// <param name="skipped">Rows left out: without a label, or with features or a weight that are not finite.</param>
    /// <param name="read">Told the number of each row that was read, from 0.</param>
    public static FeatureMatrix Read(IDataView data, LinearHeadOptions options, out long skipped, Action<int>? read = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = HeadColumns.Label(data.Schema, options.LabelColumnName);
        var features = HeadColumns.Features(data.Schema, options.FeatureColumnName);
        DataViewSchema.Column? weight = options.ExampleWeightColumnName is { } named
            ? HeadColumns.Weight(data.Schema, named)
            : null;
        DataViewSchema.Column? key = options.SamplingKeyColumnName is { } shared
            ? HeadColumns.SamplingKey(data.Schema, shared)
            : null;
        var size = ((VectorDataViewType)features.Type).Size;
        var builder = new FeatureMatrixBuilder(size, HeadColumns.ClassNames(label));
        using var cursor = data.GetRowCursor(new[] { label, features, weight, key }.OfType<DataViewSchema.Column>());
        var getLabel = LabelGetter(cursor, label);
        var getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        var getWeight = weight is { } weights ? cursor.GetGetter<float>(weights) : null;
        var getGroup = key is { } keys ? GroupGetter(cursor, keys) : null;
        VBuffer<float> vector = default;
        var dense = new float[size];
        var number = 0;
        for (skipped = 0; cursor.MoveNext(); read?.Invoke(number++))
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var value = 1f;
            var index = getLabel();
            getFeatures(ref vector);
            getWeight?.Invoke(ref value);
            vector.CopyTo(dense);
            if (index < 0 || !float.IsFinite(value) || !Array.TrueForAll(dense, float.IsFinite))
            {
                skipped++;
                continue;
            }

            if (value < 0)
            {
                throw new InvalidOperationException(
                    $"Row {cursor.Position} has the negative weight {value} in column '{options.ExampleWeightColumnName}'.");
            }

            builder.Add(dense, index, value, getGroup?.Invoke());
        }

        if (builder.Count > 0)
            return builder.Build();
        throw new InvalidOperationException(skipped == 0
            ? "There is no row to train on."
            : $"There is no row to train on: all {skipped} lack a label, or have features or weights that are not finite.");
    }

    /// <summary>The class index of the current row, -1 when it is missing.</summary>
    public static Func<int> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        var type = label.Type.RawType;
        if (type == typeof(uint))
            return Of<uint>(key => key);
        if (type == typeof(byte))
            return Of<byte>(key => key);
        return type == typeof(ushort) ? Of<ushort>(key => key) : Of<ulong>(key => key);

        Func<int> Of<T>(Func<T, ulong> widen)
            where T : struct
        {
            var getter = row.GetGetter<T>(label);
            return () =>
            {
                T key = default;
                getter(ref key);
                return (int)widen(key) - 1;
            };
        }
    }

    /// <summary>A number for the current row's sampling key, equal for equal keys.</summary>
    private static Func<int> GroupGetter(DataViewRow row, DataViewSchema.Column column)
    {
        var type = column.Type.RawType;
        if (type == typeof(int))
            return Of<int>();
        if (type == typeof(uint))
            return Of<uint>();
        return type == typeof(long) ? Of<long>() : Of<ulong>();

        Func<int> Of<T>()
            where T : struct
        {
            var getter = row.GetGetter<T>(column);
            var numbers = new Dictionary<T, int>();
            return () =>
            {
                T value = default;
                getter(ref value);
                if (!numbers.TryGetValue(value, out var number))
                    numbers.Add(value, number = numbers.Count);
                return number;
            };
        }
    }
}
