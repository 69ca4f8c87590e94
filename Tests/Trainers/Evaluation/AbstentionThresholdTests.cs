using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests;

public class AbstentionThresholdTests
{
    [Fact]
    public void Gives_the_most_answers_that_have_the_precision()
    {
        double[] confidences = [0.9, 0.8, 0.8, 0.6, 0.5];
        bool[] correct = [true, true, false, true, false];
        Assert.Equal(new AbstentionThreshold(0.6, 0.75, 0.8), AbstentionThreshold.Choose(confidences, correct, 0.7));
        Assert.Equal(new AbstentionThreshold(0.9, 1, 0.2), AbstentionThreshold.Choose(confidences, correct, 1));
        Assert.Equal(0, AbstentionThreshold.Choose([0.9], [false], 0.5).Coverage);
        Assert.True(AbstentionThreshold.Choose([1.0], [false], 0.5).Threshold > 1);
    }
}
