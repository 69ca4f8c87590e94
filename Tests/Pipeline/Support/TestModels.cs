namespace MlPipeline.Pipeline.Tests;

/// <summary>A "trained" chain of small parts: ours, ML.NET's, and the network's own classifier as the head.</summary>
internal static class TestModels
{
    public static readonly string[] ClassNames = ["class 0", "class 1", "class 2", "class 3"];

    public static TrainedModel Fit(IEnumerable<string> paths, BackboneRunOptions? options = null)
    {
        var context = new MLContext(1);
        var input = PathRow.View(context, paths);
        var chain = context.Transforms.Conversion.MapValueToKey("Key", "Label")
            .Append(context.Transforms.ApplyBackbone(TestNetworks.MeanPooled, options: options))
            .Append(new TestHeadEstimator(TestNetworks.MeanPooled.Classifier!));
        return new TrainedModel
        {
            Transformer = chain.Fit(input),
            InputSchema = input.Schema,
            Card = new ModelCard
            {
                ClassNames = ClassNames,
                Metrics = new Dictionary<string, double> { ["microAccuracy"] = 0.1 + 0.2 },
                DataFingerprint = "abc",
                Properties = new Dictionary<string, string> { ["trainer"] = "none" },
            },
        };
    }
}
