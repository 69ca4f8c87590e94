using MlPipeline.Optimizers;

namespace MlPipeline.Trainers;

/// <summary>The rows that a head is trained or judged on.</summary>
internal sealed class HeadData
{
    private HeadData(TrainingSamples samples, string[] classNames, long skipped)
    {
        Samples = samples;
        ClassNames = classNames;
        Skipped = skipped;
    }

    public TrainingSamples Samples { get; }

    public string[] ClassNames { get; }

    /// <summary>Rows left out: without a label, or with features or a weight that are not finite.</summary>
    public long Skipped { get; }

    /// <summary>Reads all rows once.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="labelName">The column of labels.</param>
    /// <param name="featureName">The column of features.</param>
    /// <param name="weightName">The column of weights, or null.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <param name="read">Told the number of each row that was read, from 0.</param>
    /// <param name="samplingKeyName">The column of numbers that rows which belong together share, or null.</param>
    public static HeadData Read(IDataView data, string labelName, string featureName, string? weightName,
        CancellationToken cancellation, Action<int>? read = null, string? samplingKeyName = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var label = HeadColumns.Label(data.Schema, labelName);
        var features = HeadColumns.Features(data.Schema, featureName);
        DataViewSchema.Column? weight = weightName is null ? null : HeadColumns.Weight(data.Schema, weightName);
        var names = HeadColumns.ClassNames(label);
        var size = ((VectorDataViewType)features.Type).Size;
        var builder = new TrainingSamplesBuilder(size, names.Length);
        DataViewSchema.Column? samplingKey = samplingKeyName is null ? null : HeadColumns.SamplingKey(data.Schema, samplingKeyName);
        DataViewSchema.Column[] needed = [.. new DataViewSchema.Column?[] { label, features, weight, samplingKey }.OfType<DataViewSchema.Column>()];
        long skipped = 0;
        var number = 0;
        using var cursor = data.GetRowCursor(needed);
        var getLabel = LabelGetter(cursor, label);
        var getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        var getGroup = samplingKey is { } shared ? GroupGetter(cursor, shared) : null;
        List<int> groups = [];
        var getWeight = weight is { } column ? cursor.GetGetter<float>(column) : null;
        VBuffer<float> vector = default;
        var dense = new float[size];
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            var value = 1f;
            var key = getLabel();
            getFeatures(ref vector);
            getWeight?.Invoke(ref value);
            vector.CopyTo(dense);
            if (key < 0 || !float.IsFinite(value) || !Array.TrueForAll(dense, float.IsFinite))
            {
                skipped++;
            }
            else if (value < 0)
            {
                throw new InvalidOperationException($"Row {cursor.Position} has the negative weight {value} in column '{weightName}'.");
            }
            else
            {
                builder.Add(dense, key, value);
                if (getGroup is not null)
                    groups.Add(getGroup());
            }

            read?.Invoke(number++);
        }

        if (builder.Count == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? "There is no row to train on."
                : $"There is no row to train on: all {skipped} lack a label, or have features or weights that are not finite.");
        }

        var samples = builder.Build();
        return new HeadData(getGroup is null ? samples : samples.WithGroups([.. groups]), names, skipped);
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
}
