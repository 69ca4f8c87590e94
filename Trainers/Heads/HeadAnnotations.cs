using MlPipeline.Pipeline;

namespace MlPipeline.Trainers;

/// <summary>The columns that a head adds, annotated as ML.NET's scorers do.</summary>
internal static class HeadAnnotations
{
    private const string ScoreColumnSetId = "ScoreColumnSetId";

    public static DataViewSchema.DetachedColumn[] Columns(DataViewSchema input, string predicted, string score,
        LinearHeadWeights weights)
    {
        var classNames = weights.ClassNames;
        var set = NextSet(input);
        var label = Common(set, "PredictedLabel");
        AddTexts(label, "KeyValues", classNames);
        var scores = Common(set, "Score");
        AddTexts(scores, "SlotNames", classNames);
        AddTexts(scores, "TrainingLabelValues", classNames);
        weights.AddTo(scores);
        return
        [
            new(predicted, new KeyDataViewType(typeof(uint), classNames.Count), label.ToAnnotations()),
            new(score, new VectorDataViewType(NumberDataViewType.Single, classNames.Count), scores.ToAnnotations()),
        ];
    }

    private static DataViewSchema.Annotations.Builder Common(uint set, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(ScoreColumnSetId, new KeyDataViewType(typeof(uint), int.MaxValue), set);
        builder.AddPrimitiveValue("ScoreColumnKind", TextDataViewType.Instance, "MulticlassClassification".AsMemory());
        builder.AddPrimitiveValue("ScoreValueKind", TextDataViewType.Instance, valueKind.AsMemory());
        return builder;
    }

    private static void AddTexts(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> texts)
    {
        ReadOnlyMemory<char>[] values = [.. texts.Select(text => text.AsMemory())];
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, values.Length),
            (ref VBuffer<ReadOnlyMemory<char>> target) => VBuffer<ReadOnlyMemory<char>>.Copy(values, 0, ref target, values.Length));
    }

    /// <summary>The number after the highest set of score columns that is there already.</summary>
    private static uint NextSet(DataViewSchema schema)
    {
        uint highest = 0;
        foreach (var column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(ScoreColumnSetId)?.Type.RawType == typeof(uint))
            {
                uint value = 0;
                column.Annotations.GetValue(ScoreColumnSetId, ref value);
                highest = Math.Max(highest, value);
            }
        }

        return highest + 1;
    }
}
