using System.Text.Json;

namespace MlPipeline.Core.Tests.Evaluation;

public class MulticlassEvaluationTests
{
    private const double Relative = 1e-9;

    private static readonly MLContext _ml = new(1);

    public static TheoryData<int> TopKs => [.. Enumerable.Range(0, 6)];

    [Theory]
    [MemberData(nameof(TopKs))]
    public void The_metrics_are_those_of_MLNET(int topK)
    {
        JsonElement expected = ReferenceFacts.Root.GetProperty("metrics").EnumerateArray()
            .Single(entry => entry.GetProperty("topK").GetInt32() == topK);
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(Scored(), topKPredictionCount: topK);

        Close(expected.GetProperty("MicroAccuracy").GetDouble(), metrics.MicroAccuracy);
        Close(expected.GetProperty("MacroAccuracy").GetDouble(), metrics.MacroAccuracy);
        Close(expected.GetProperty("LogLoss").GetDouble(), metrics.LogLoss);
        Close(expected.GetProperty("LogLossReduction").GetDouble(), metrics.LogLossReduction);
        Close(expected.GetProperty("TopKAccuracy").GetDouble(), metrics.TopKAccuracy);
        Close(ReferenceFacts.Doubles(expected.GetProperty("PerClassLogLoss")), metrics.PerClassLogLoss);
        Close(ReferenceFacts.Doubles(expected.GetProperty("PerClassPrecision")), metrics.ConfusionMatrix.PerClassPrecision);
        Close(ReferenceFacts.Doubles(expected.GetProperty("PerClassRecall")), metrics.ConfusionMatrix.PerClassRecall);
        Assert.Equal(topK, metrics.TopKPredictionCount);
        if (expected.GetProperty("TopKAll").ValueKind == JsonValueKind.Null)
            Assert.Null(metrics.TopKAccuracyForAllK);
        else
            Close(ReferenceFacts.Doubles(expected.GetProperty("TopKAll")), metrics.TopKAccuracyForAllK);

        double[][] counts = [.. expected.GetProperty("Counts").EnumerateArray().Select(ReferenceFacts.Doubles)];
        Assert.Equal(counts, metrics.ConfusionMatrix.Counts);
        Assert.Equal(
            counts[1][3],
            metrics.ConfusionMatrix.GetCountForClassPair(predictedClassIndicatorIndex: 3, actualClassIndicatorIndex: 1));
        if (expected.GetProperty("Table").GetString() is { } table)
            Assert.Equal(table, metrics.ConfusionMatrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Long_class_names_stand_before_the_rows_and_their_indices_in_the_header()
    {
        ConfusionMatrix matrix = new([[1200, 0], [3, 4]], ["cat", "hippopotamus"]);
        Assert.Equal(
            """

            Confusion table
                            ||======================
            PREDICTED       ||        0 |        1 | Recall
            TRUTH           ||======================
            0.          cat ||    1,200 |        0 | 1.0000
            1. hippopotamus ||        3 |        4 | 0.5714
                            ||======================
            Precision       ||   0.9975 |   1.0000 |

            """.ReplaceLineEndings("\n"),
            matrix.GetFormattedConfusionTable().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Labels_without_a_score_cost_the_most_and_rows_without_label_or_finite_scores_are_left_out()
    {
        var rows = new[]
        {
            new NumberedRow { Label = 0, Score = [0.75f, 0.25f] },
            new NumberedRow { Label = 2, Score = [0.75f, 0.25f] },
            new NumberedRow { Label = float.NaN, Score = [0.75f, 0.25f] },
            new NumberedRow { Label = 1, Score = [float.PositiveInfinity, 0.25f] },
        };
        List<string> warnings = [];
        MLContext ml = new(1);
        ml.Log += (_, e) => warnings.Add(e.Message);
        MulticlassClassificationMetrics metrics =
            ml.MulticlassClassification.Evaluate(ml.Data.LoadFromEnumerable(rows), topKPredictionCount: 2);

        Close((-Math.Log(0.75) - Math.Log(1e-15f)) / 2, metrics.LogLoss);
        Assert.Equal(0.5, metrics.MicroAccuracy);
        Assert.Equal(1, metrics.MacroAccuracy);
        Assert.Equal([0.5, 0.5], metrics.TopKAccuracyForAllK);
        Assert.Equal([-Math.Log(0.75), 0], metrics.PerClassLogLoss);
        Assert.Contains(warnings, message => message.Contains("'Label'", StringComparison.Ordinal));
        Assert.Contains(warnings, message => message.Contains("'Score'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Nothing", "Score", "PredictedLabel", "Nothing")]
    [InlineData("Label", "Nothing", "PredictedLabel", "Nothing")]
    [InlineData("Label", "Score", "Nothing", "Nothing")]
    [InlineData("Label", "Label", "PredictedLabel", "Label")]
    [InlineData("Score", "Score", "PredictedLabel", "Score")]
    public void Missing_and_mistyped_columns_are_refused_by_name(string label, string score, string predicted, string named)
    {
        IDataView data = _ml.Data.LoadFromEnumerable(new[] { new NumberedRow { Score = [1, 0] } });
        var refusal = Assert.ThrowsAny<ArgumentException>(
            () => _ml.MulticlassClassification.Evaluate(data, label, score, predicted));
        Assert.Contains($"'{named}'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cross_validation_fits_on_the_other_folds_and_judges_on_its_own()
    {
        IDataView data = Scored();
        var estimator = new CountingEstimator(_ml);
        var results = _ml.MulticlassClassification.CrossValidate(data, estimator, numberOfFolds: 4, seed: 3);

        Assert.Equal([0, 1, 2, 3], results.Select(result => result.Fold));
        int total = ReferenceFacts.Root.GetProperty("rows").GetArrayLength();
        int[] heldOut = [.. results.Select(result => (int)result.Metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()))];
        Assert.Equal(total, heldOut.Sum());
        Assert.Equal(estimator.FittedRows, heldOut.Select(count => total - count));
        Assert.All(results, result => Assert.Equal(
            result.Metrics.LogLoss, _ml.MulticlassClassification.Evaluate(result.ScoredHoldOutSet).LogLoss));
    }

    private static IDataView Scored()
    {
        Row[] rows = [.. ReferenceFacts.Root.GetProperty("rows").EnumerateArray().Select(row => new Row
        {
            Label = Key(row.GetProperty("label")),
            Score = ReferenceFacts.Floats(row.GetProperty("score")),
            PredictedLabel = Key(row.GetProperty("predicted")),
        })];
        return _ml.Data.LoadFromEnumerable(rows);
    }

    private static uint Key(JsonElement name) => (uint)Array.IndexOf(ReferenceFacts.Classes, name.GetString()) + 1;

    private static void Close(double expected, double actual) =>
        Assert.True(Math.Abs(expected - actual) <= Relative * Math.Abs(expected), $"{actual:R} is not {expected:R}.");

    private static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
            Close(expected[i], actual[i]);
    }

    private sealed class Row
    {
        [KeyType(5)]
        public uint Label { get; set; }

        [VectorType(5)]
        public float[] Score { get; set; } = [];

        [KeyType(5)]
        public uint PredictedLabel { get; set; }
    }

    private sealed class NumberedRow
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        public float PredictedLabel { get; set; }
    }

    private sealed class CountingEstimator(MLContext ml) : IEstimator<ITransformer>
    {
        private readonly ColumnCopyingEstimator _copy = ml.Transforms.CopyColumns("Copy", "Label");

        public List<int> FittedRows { get; } = [];

        public ITransformer Fit(IDataView input)
        {
            FittedRows.Add(ml.Data.CreateEnumerable<Row>(input, reuseRowObject: false).Count());
            return _copy.Fit(input);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _copy.GetOutputSchema(inputSchema);
    }
}
