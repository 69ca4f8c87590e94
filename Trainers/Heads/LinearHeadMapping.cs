using MlPipeline.Pipeline.Transformers;
using MlPipeline.Trainers.Solvers;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Heads;

/// <summary>A head bound to a schema: the predicted label (added column 0) and the scores (added column 1).</summary>
internal sealed class LinearHeadMapping(DataViewSchema schema, LinearModel model, DataViewSchema.Column features,
    IReadOnlyList<DataViewSchema.DetachedColumn> added) : RowMapping(schema, added)
{
    protected override IEnumerable<int> DependenciesOf(int addedColumn) => [features.Index];

    protected override Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
    {
        bool label = isActive(0), score = isActive(1);
        if (!label && !score)
            return new Delegate?[2];

        // Both columns come from the same scores, which are computed once for a row of a cursor.
        var getFeatures = input.GetGetter<VBuffer<float>>(input.Schema[features.Index]);
        var positionTells = input is DataViewRowCursor;
        VBuffer<float> buffer = default;
        var dense = new float[model.FeatureCount];
        var scores = new float[model.ClassCount];
        var scored = long.MinValue;
        void Update()
        {
            if (positionTells && scored == input.Position)
                return;
            getFeatures(ref buffer);
            buffer.CopyTo(dense);
            model.Scores(dense, scores);
            Softmax.Apply(scores);
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
            var editor = VBufferEditor.Create(ref value, scores.Length);
            scores.CopyTo(editor.Values);
            value = editor.Commit();
        };
        return [label ? getLabel : null, score ? getScore : null];
    }

    /// <summary>The key of the largest score, the first of equals; missing (0) when a score is not a number.</summary>
    private static uint Largest(ReadOnlySpan<float> scores)
    {
        var best = 0;
        for (var c = 0; c < scores.Length; c++)
        {
            if (float.IsNaN(scores[c]))
                return 0;
            if (scores[c] > scores[best])
                best = c;
        }

        return (uint)best + 1;
    }
}
