
namespace MlPipeline.Trainers.Heads;

/// <summary>The columns that a head adds, annotated as ML.NET's scorers do, and the scores with the head's weights too.</summary>
internal static class HeadAnnotations
{
    private const string ScoreColumnSetId = "ScoreColumnSetId";
    private const string ScoreColumnKind = "ScoreColumnKind";
    private const string ScoreValueKind = "ScoreValueKind";
    private const string SlotNames = "SlotNames";
    private const string TrainingLabelValues = "TrainingLabelValues";

    private static readonly KeyDataViewType s_setType = new(typeof(uint), int.MaxValue);
    private static readonly MLContext s_context = new();

    public static DataViewSchema.DetachedColumn[] Columns(DataViewSchema input, string predicted, string score,
        LinearHeadWeights head)
    {
        var classNames = head.ClassNames;
        var set = NextSet(input);
        var label = Common(set, "PredictedLabel");
        AddTexts(label, "KeyValues", classNames);
        var scores = Common(set, "Score");
        AddTexts(scores, SlotNames, classNames);
        AddTexts(scores, TrainingLabelValues, classNames);
        head.AddTo(scores);
        return
        [
            new(predicted, new KeyDataViewType(typeof(uint), classNames.Count), label.ToAnnotations()),
            new(score, new VectorDataViewType(NumberDataViewType.Single, classNames.Count), scores.ToAnnotations()),
        ];
    }

    /// <summary>
    /// The shape with the column of scores that a head promises. Nobody outside ML.NET can construct a column of a shape; a
    /// custom mapping promises whatever its schema definition says. How many classes there will be, a shape does not say.
    /// </summary>
    public static SchemaShape PromiseScore(SchemaShape input, string score)
    {
        var definition = SchemaDefinition.Create(typeof(ScoreCell));
        var column = definition[nameof(ScoreCell.Value)];
        column.ColumnName = score;
        column.ColumnType = new VectorDataViewType(NumberDataViewType.Single, 1);
        column.AddAnnotation(ScoreColumnSetId, 0u, s_setType);
        column.AddAnnotation(ScoreColumnKind, ReadOnlyMemory<char>.Empty, TextDataViewType.Instance);
        column.AddAnnotation(ScoreValueKind, ReadOnlyMemory<char>.Empty, TextDataViewType.Instance);
        var texts = new VBuffer<ReadOnlyMemory<char>>(1, [ReadOnlyMemory<char>.Empty]);
        column.AddAnnotation(SlotNames, texts, new VectorDataViewType(TextDataViewType.Instance, 1));
        column.AddAnnotation(TrainingLabelValues, texts, new VectorDataViewType(TextDataViewType.Instance, 1));
        column.AddAnnotation(
            LinearHeadWeights.AnnotationKind, new VBuffer<float>(1, [0f]), new VectorDataViewType(NumberDataViewType.Single, 1));
        return s_context.Transforms
            .CustomMapping<NoCell, ScoreCell>(static (_, _) => { }, contractName: null!, outputSchemaDefinition: definition)
            .GetOutputSchema(input);
    }

    private static DataViewSchema.Annotations.Builder Common(uint set, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(ScoreColumnSetId, s_setType, set);
        builder.AddPrimitiveValue(ScoreColumnKind, TextDataViewType.Instance, "MulticlassClassification".AsMemory());
        builder.AddPrimitiveValue(ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
        return builder;
    }

    private static void AddTexts(DataViewSchema.Annotations.Builder builder, string kind, IReadOnlyList<string> texts)
    {
        ReadOnlyMemory<char>[] values = [.. texts.Select(text => text.AsMemory())];
        builder.Add(kind, new VectorDataViewType(TextDataViewType.Instance, values.Length),
            (ref VBuffer<ReadOnlyMemory<char>> target) =>
                VBuffer<ReadOnlyMemory<char>>.Copy(values, 0, ref target, values.Length));
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

    private sealed class NoCell
    {
    }

    private sealed class ScoreCell
    {
        public VBuffer<float> Value { get; set; }
    }
}
