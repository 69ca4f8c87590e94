using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Trainers.Tests.Evaluation;

public class AccuracyIntervalTests
{
    // Newcombe, Two-sided confidence intervals for the single proportion (1998), table I, method 3.
    [Theory]
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    [InlineData(20, 20, 0.8389, 1)]
    public void Wilsons_interval_has_the_published_ends(int right, int pictures, double low, double high)
    {
        var interval = AccuracyInterval.Of(right / (double)pictures, pictures);
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }
}
