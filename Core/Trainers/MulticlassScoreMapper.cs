namespace MlPipeline.Core;

/// <summary>Scores rows: PredictedLabel (output 0) and Score (output 1).</summary>
internal sealed class MulticlassScoreMapper : RowMapper
{
    private readonly IMulticlassScorer _model;
    private readonly DataViewSchema.Column _features;
    private readonly KeyValueList? _labelValues;

    public MulticlassScoreMapper(
        DataViewSchema inputSchema, IMulticlassScorer model, string featureColumnName, KeyValueList? labelValues)
        : base(inputSchema)
    {
        _model = model;
        _labelValues = labelValues;
        _features = inputSchema.Require(featureColumnName, nameof(MulticlassPredictionTransformer<object>));
        if (_features.Type is not VectorDataViewType vector || !vector.ItemType.Equals(NumberDataViewType.Single)
            || vector.Size != model.FeatureCount)
        {
            throw Errors.ColumnType("feature", featureColumnName,
                new VectorDataViewType(NumberDataViewType.Single, model.FeatureCount).ToString(), _features.Type.ToString()!);
        }
    }

    public override IEnumerable<int> GetDependencies(int output) => [_features.Index];

    public override Delegate CreateGetter(DataViewRow input, int output) =>
        CreateGetters(input, i => i == output, out _)[output]!;

    public override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isOutputActive, out Action? disposer)
    {
        disposer = null;
        bool label = isOutputActive(0), score = isOutputActive(1);
        if (!label && !score)
            return new Delegate?[2];

        // Both outputs come from the same scores, which are computed once for a row.
        ValueGetter<VBuffer<float>> getFeatures = input.GetGetter<VBuffer<float>>(_features);
        VBuffer<float> buffer = default;
        var features = new float[_model.FeatureCount];
        var scores = new float[_model.ClassCount];
        long scored = long.MinValue;
        void Update()
        {
            // A row that is no cursor's may change without a change of position.
            if (input is DataViewRowCursor && scored == input.Position)
                return;

            getFeatures(ref buffer);
            if (buffer.Length != features.Length)
            {
                throw new InvalidOperationException(
                    $"Row {input.Position} has {buffer.Length} values in column '{_features.Name}', not {features.Length}.");
            }

            buffer.CopyTo(features);
            _model.Score(features, scores);
            scored = input.Position;
        }

        ValueGetter<uint> getLabel = (ref uint value) =>
        {
            Update();
            value = Largest(scores);
        };
        ValueGetter<VBuffer<float>> getScore = (ref VBuffer<float> value) =>
        {
            Update();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, scores.Length);
            scores.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return [label ? getLabel : null, score ? getScore : null];
    }

    protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore()
    {
        uint set = NextScoreSet(InputSchema);
        DataViewSchema.Annotations.Builder predicted = Annotations(set, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);
        _labelValues?.AddTo(predicted, AnnotationUtils.Kinds.KeyValues);
        DataViewSchema.Annotations.Builder score = Annotations(set, AnnotationUtils.Const.ScoreValueKind.Score);
        if (_labelValues?.ItemType is TextDataViewType)
            _labelValues.AddTo(score, AnnotationUtils.Kinds.SlotNames);
        _labelValues?.AddTo(score, AnnotationUtils.Kinds.TrainingLabelValues);
        return
        [
            new("PredictedLabel", new KeyDataViewType(typeof(uint), _model.ClassCount), predicted.ToAnnotations()),
            new("Score", new VectorDataViewType(NumberDataViewType.Single, _model.ClassCount), score.ToAnnotations()),
        ];
    }

    private static DataViewSchema.Annotations.Builder Annotations(uint set, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, set);
        builder.AddText(AnnotationUtils.Kinds.ScoreColumnKind, AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification);
        builder.AddText(AnnotationUtils.Kinds.ScoreValueKind, valueKind);
        return builder;
    }

    /// <summary>The number after the highest set of score columns that is there already.</summary>
    private static uint NextScoreSet(DataViewSchema schema)
    {
        uint highest = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnSetId)?.Type.RawType != typeof(uint))
                continue;
            uint value = 0;
            column.Annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnSetId, ref value);
            highest = Math.Max(highest, value);
        }

        return highest + 1;
    }

    /// <summary>The key of the largest score, the first of equals; missing (0) when a score is not a number.</summary>
    private static uint Largest(ReadOnlySpan<float> scores)
    {
        int best = 0;
        for (int c = 0; c < scores.Length; c++)
        {
            if (float.IsNaN(scores[c]))
                return 0;
            if (scores[c] > scores[best])
                best = c;
        }

        return (uint)best + 1;
    }
}
