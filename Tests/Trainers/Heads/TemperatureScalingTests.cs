using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers.Kernels;


namespace MlPipeline.Trainers.Tests;

public class TemperatureScalingTests
{
    [Fact]
    public void Finds_the_factor_that_the_labels_were_drawn_with()
    {
        var random = new Random(5);
        var scores = new List<float[]>();
        var labels = new List<int>();
        for (var i = 0; i < 20000; i++)
        {
            float[] z = [.. Enumerable.Range(0, 4).Select(_ => (float)(8 * random.NextDouble()))];
            float[] p = [.. z.Select(score => 0.4f * score)];
            Softmax.Apply(p);
            var draw = random.NextDouble();
            var label = 0;
            while (label < 3 && (draw -= p[label]) > 0)
                label++;

            scores.Add(z);
            labels.Add(label);
        }

        Assert.Equal(0.4, TemperatureScaling.Fit(scores, labels), 0.02);
    }

    [Fact]
    public void Calibration_changes_probabilities_but_no_prediction()
    {
        var context = new MLContext(1);
        var data = HeadRows.Load(context, HeadRows.Blobs(120, 3, spread: 4));
        var options = new LinearHeadOptions { L2Regularization = 0.01 };
        var plain = context.MulticlassClassification.Trainers.LinearHead(options).Fit(data);
        var calibrated = context.MulticlassClassification.Trainers.LinearHead(options with { Calibrate = true }).Fit(data);
        var test = HeadRows.Load(context, HeadRows.Blobs(300, 3, seed: 4, spread: 4));
        List<(int Label, int Predicted, float[] Scores)> a = HeadRows.Predictions(plain, test),
            b = HeadRows.Predictions(calibrated, test);
        Assert.Equal(a.Select(row => row.Predicted), b.Select(row => row.Predicted));
        Assert.True(b.Average(row => -Math.Log(row.Scores[row.Label])) <= a.Average(row => -Math.Log(row.Scores[row.Label]))
            + 1e-3);
    }
}
