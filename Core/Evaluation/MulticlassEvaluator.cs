namespace MlPipeline.Core;

/// <summary>Reads scored rows into <see cref="MulticlassCounters"/>.</summary>
internal static class MulticlassEvaluator
{
    public static MulticlassClassificationMetrics Evaluate(
        Host host, IDataView data, string labelColumn, string scoreColumn, string predictedLabelColumn, int topK)
    {
        const string User = "Evaluate";
        DataViewSchema.Column label = data.Schema.Require(labelColumn, User);
        DataViewSchema.Column score = data.Schema.Require(scoreColumn, User);
        data.Schema.Require(predictedLabelColumn, User);
        if (score.Type is not VectorDataViewType { IsKnownSize: true } vector || vector.ItemType != NumberDataViewType.Single)
            throw Errors.ColumnType("score", score.Name, "a vector of Single of known size", score.Type.ToString()!);

        var counters = new MulticlassCounters(vector.Size);
        long unlabelled = 0;
        long notFinite = 0;
        using (DataViewRowCursor cursor = data.GetRowCursor([label, score]))
        {
            Func<int> readLabel = LabelReader(cursor, label);
            ValueGetter<VBuffer<float>> getScores = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> buffer = default;
            float[] scores = new float[vector.Size];
            while (cursor.MoveNext())
            {
                int trueClass = readLabel();
                if (trueClass < 0)
                {
                    unlabelled++;
                    continue;
                }

                getScores(ref buffer);
                buffer.CopyTo(scores);
                if (!Array.TrueForAll(scores, float.IsFinite))
                    notFinite++;
                else
                    counters.Add(trueClass, scores);
            }
        }

        if (unlabelled > 0)
            host.Warning(User, $"{unlabelled} rows have no label in column '{labelColumn}' and were left out.");
        if (notFinite > 0)
            host.Warning(User, $"{notFinite} rows have scores in column '{scoreColumn}' that are not finite and were left out.");
        return counters.ToMetrics(topK, ClassNames(score, vector.Size));
    }

    /// <summary>The class of the current row, from 0; -1 where it has none.</summary>
    private static Func<int> LabelReader(DataViewRow row, DataViewSchema.Column column)
    {
        switch (column.Type)
        {
            case KeyDataViewType:
                return (Func<int>)GenericCall.Invoke(
                    typeof(MulticlassEvaluator), null, nameof(KeyReader), [column.Type.RawType], row, column);
            case NumberDataViewType when column.Type == NumberDataViewType.Single:
                ValueGetter<float> getSingle = row.GetGetter<float>(column);
                float single = 0;
                return () =>
                {
                    getSingle(ref single);
                    return ToClass(single);
                };
            case NumberDataViewType when column.Type == NumberDataViewType.Double:
                ValueGetter<double> getDouble = row.GetGetter<double>(column);
                double value = 0;
                return () =>
                {
                    getDouble(ref value);
                    return ToClass(value);
                };
            default:
                throw Errors.ColumnType("label", column.Name, "keys, Single or Double", column.Type.ToString()!);
        }
    }

    private static int ToClass(double label) =>
        double.IsNaN(label) ? -1
        : label >= 0 ? (int)Math.Min(label, int.MaxValue)
        : throw new InvalidDataException($"A label is {label}: classes are numbered from 0.");

    private static Func<int> KeyReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        ValueConversion.Converter<T, ulong> number = ValueConversion.Get<T, ulong>();
        T key = default!;
        return () =>
        {
            getter(ref key);
            return (int)Math.Min(number(key), int.MaxValue) - 1;
        };
    }

    private static string[] ClassNames(DataViewSchema.Column score, int classes) =>
        score.HasSlotNames()
            ? score.GetTextsOrNull(AnnotationUtils.Kinds.SlotNames)!
            : [.. Enumerable.Range(0, classes).Select(i => i.ToString())];
}
