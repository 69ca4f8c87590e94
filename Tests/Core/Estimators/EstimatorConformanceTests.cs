using MlPipeline.Tests.Support.Estimators;

namespace MlPipeline.Core.Tests.Estimators;

/// <summary>Trainers, and chains of estimators, pass the conformance test that any estimator must pass.</summary>
public class EstimatorConformanceTests
{
    private static readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public string Name { get; set; } = "";

        public float Weight { get; set; }

        [VectorType(3)]
        public float[] Raw { get; set; } = [];
    }

    private static IDataView Rows { get; } = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 45).Select(i => new Row
    {
        Name = $"class {i % 3}",
        Weight = 1 + (i % 2),
        Raw = [(i % 3) + (i / 45f), (i % 3 == 1 ? 2 : 0) - (i / 30f), MathF.Sin(i)],
    }));

    private static EstimatorChain<ITransformer> Preparation { get; } =
        new EstimatorChain<ITransformer>()
            .Append((IEstimator<ITransformer>)_ml.Transforms.Conversion.MapValueToKey("Label", "Name"))
            .Append((IEstimator<ITransformer>)_ml.Transforms.NormalizeMinMax("Features", "Raw"));

    private static IDataView Prepared { get; } = Preparation.Fit(Rows).Transform(Rows);

    [Fact]
    public void LbfgsMaximumEntropy() => CheckTrainer(
        _ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(exampleWeightColumnName: "Weight"));

    [Fact]
    public void SdcaMaximumEntropy() => CheckTrainer(
        _ml.MulticlassClassification.Trainers.SdcaMaximumEntropy(
            exampleWeightColumnName: "Weight", maximumNumberOfIterations: 5));

    [Fact]
    public void A_chain_from_names_to_predicted_names() => EstimatorConformance.Check(
        _ml.Transforms.Conversion.MapValueToKey("Label", "Name")
            .Append(_ml.Transforms.NormalizeMeanVariance("Features", "Raw"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy())
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"))
            .Append(_ml.Transforms.Concatenate("All", "Score", "Features")),
        Rows,
        new ConformanceOptions
        {
            Inputs = ["Name", "Raw"],
            Outputs = ["Label", "Features", "Score", "PredictedLabel", "Predicted", "All"],
            RefusedTypes = [("Raw", TextDataViewType.Instance)],
        });

    private static void CheckTrainer<T>(IEstimator<T> trainer)
        where T : class, ITransformer => EstimatorConformance.Check(trainer, Prepared, new ConformanceOptions
        {
            Inputs = ["Label", "Features", "Weight"],
            NeededToFitOnly = ["Label", "Weight"],
            Outputs = ["Score", "PredictedLabel"],
            RefusedTypes =
            [
                ("Label", TextDataViewType.Instance),
                ("Features", new VectorDataViewType(NumberDataViewType.Double, 3)),
            ],
            ExactAnnotations = true,
        });
}
