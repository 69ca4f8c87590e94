using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

public class TransferAdviceTests
{
    [Theory]
    [InlineData(40, 0.80, 0.60, 0.6, null, TransferWay.LinearHead)]
    [InlineData(40, 0.80, 0.80, null, null, TransferWay.LinearHead)]
    [InlineData(40, 0.50, 0.40, 0.2, null, TransferWay.SvmOnEarlierLayers)]
    [InlineData(400, 0.90, 0.80, 0.6, null, TransferWay.LinearHead)]
    [InlineData(400, 0.60, 0.40, 0.2, null, TransferWay.LastStage)]
    [InlineData(4000, 0.80, 0.80, 0.6, null, TransferWay.LastStage)]
    [InlineData(4000, 0.60, 0.40, 0.2, null, TransferWay.AllLayers)]
    [InlineData(4000, 0.99, 0.40, 0.2, null, TransferWay.LinearHead)]
    [InlineData(4000, 0.80, 0.80, 0.6, 0.85, TransferWay.AsItIs)]
    [InlineData(4000, 0.12, 0.11, 0.6, null, TransferWay.None)]
    public void The_way_follows_from_the_measurements(int perClass, double linear, double nearest, double? confidence,
        double? own, TransferWay expected)
    {
        var advice = TransferAdvice.From(new TransferMeasurements
        {
            SamplesPerClass = perClass,
            Chance = 0.1,
            LinearAccuracy = linear,
            NearestMeanAccuracy = nearest,
            OwnConfidence = confidence,
            OwnAccuracy = own,
        });

        Assert.Equal(expected, advice.Way);
        Assert.Contains($"{perClass} samples", advice.Reason);
    }
}
