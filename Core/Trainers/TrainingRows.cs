using MlPipeline.Optimizers;

namespace MlPipeline.Core;

/// <summary>Reads rows for training, as ML.NET does: what is missing or not finite is left out, and counted in the log.</summary>
internal static class TrainingRows
{
    public static TrainingSamples Read(Host host, string trainer, IDataView data, DataViewSchema.Column features,
        DataViewSchema.Column label, DataViewSchema.Column? weight)
    {
        int size = features.Type.GetValueCount();
        int classes = label.Type.GetKeyCountAsInt32();
        if (classes == 0)
            throw Errors.ColumnType("label", label.Name, "a key of known, moderate count", label.Type.ToString()!);

        var builder = new TrainingSamplesBuilder(size, classes, (int)Math.Min(data.GetRowCount() ?? 0, int.MaxValue / size / 4));
        DataViewSchema.Column[] needed = weight is { } w ? [features, label, w] : [features, label];
        long skipped = 0;
        using DataViewRowCursor cursor = data.GetRowCursor(needed);
        ValueGetter<VBuffer<float>> getFeatures = cursor.GetGetter<VBuffer<float>>(features);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(label);
        ValueGetter<float>? getWeight = weight is { } column ? cursor.GetGetter<float>(column) : null;
        VBuffer<float> vector = default;
        var dense = new float[size];
        while (cursor.MoveNext())
        {
            uint key = 0;
            float value = 1f;
            getLabel(ref key);
            getFeatures(ref vector);
            getWeight?.Invoke(ref value);
            if (vector.Length != size)
            {
                throw new InvalidOperationException(
                    $"Row {cursor.Position} has {vector.Length} values in column '{features.Name}', not {size}.");
            }

            if (key == 0 || !float.IsFinite(value) || !AllFinite(vector.GetValues()))
            {
                skipped++;
                continue;
            }

            if (value < 0)
            {
                throw new InvalidOperationException(
                    $"Row {cursor.Position} has the negative weight {value} in column '{weight!.Value.Name}'.");
            }

            vector.CopyTo(dense);
            builder.Add(dense, (int)key - 1, value);
        }

        if (skipped > 0)
            host.Warning(trainer, $"Skipped {skipped} instances with missing features/labels/weights during training.");
        if (builder.Count == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? "Training has no instances: the data is empty."
                : $"Training has no instances: all {skipped} rows lack a label, or have features or weights that are not "
                    + "finite.");
        }

        return builder.Build();
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        foreach (float value in values)
        {
            if (!float.IsFinite(value))
                return false;
        }

        return true;
    }
}
