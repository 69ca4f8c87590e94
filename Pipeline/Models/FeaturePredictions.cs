using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Models;

/// <summary>Predictions from features that were computed before: the part of a chain after its backbone.</summary>
internal sealed class FeaturePredictions(MLContext context, IReadOnlyList<ITransformer> after, string featuresColumn,
    string scoreColumn, int featureCount)
{
    private const int BlockRows = 256;

    /// <summary>Streams the scores of all pictures that have features, in order.</summary>
    public IEnumerable<(FeatureRow Row, float[] Scores)> Score(IEnumerable<FeatureRow> rows)
    {
        var definition = SchemaDefinition.Create(typeof(Input));
        definition[nameof(Input.Features)].ColumnName = featuresColumn;
        definition[nameof(Input.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, featureCount);
        foreach (var block in rows.Chunk(BlockRows))
        {
            var view = context.Data.LoadFromEnumerable(block.Select(r => new Input { Features = r.Features }).ToArray(),
                definition);
            foreach (var transformer in after)
                view = transformer.Transform(view);
            using var cursor = view.GetRowCursor([view.Schema[scoreColumn]]);
            var getScore = cursor.GetGetter<VBuffer<float>>(view.Schema[scoreColumn]);
            VBuffer<float> score = default;
            foreach (var row in block)
            {
                cursor.MoveNext();
                getScore(ref score);
                yield return (row, score.DenseValues().ToArray());
            }
        }
    }

    private sealed class Input
    {
        [VectorType]
        public float[] Features { get; set; } = [];
    }
}
