using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>One whole training of a head, measured after each epoch.</summary>
internal static class HeadRun
{
    public static LearningCurves Train(FeatureMatrix train, FeatureMatrix held, RecipeSetting setting, RecipeOptions options,
        CancellationToken cancellation, bool? fitsHandful = null)
    {
        var descent = new HeadDescent(train, options);
        List<double> trainLoss = [], heldLoss = [], trainAccuracy = [], heldAccuracy = [], rates = [];
        double peak = 0;
        Measure();
        for (var epoch = 0; epoch < setting.Epochs && double.IsFinite(peak); epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            double rate = setting.RateAt(epoch), loss = 0;
            for (var step = 0; step < descent.StepsPerEpoch; step++)
                loss += descent.Step(rate, setting.WeightDecay);
            peak = Math.Max(peak, loss / descent.StepsPerEpoch);
            rates.Add(rate);
            Measure();
        }

        double[] shares = [.. Enumerable.Range(0, train.ClassCount).Select(c => train.Labels.Count(c) / (double)train.Count)];
        return new LearningCurves(trainLoss, heldLoss, trainAccuracy, heldAccuracy, rates)
        {
            ClassCount = train.ClassCount,
            TrainCount = train.Count,
            ValidationCount = held.Count,
            Chance = shares.Max(),
            ChanceLoss = -shares.Where(share => share > 0).Sum(share => share * Math.Log(share)),
            PeakLoss = peak,
            FitsHandful = fitsHandful,
        };

        void Measure()
        {
            (var loss, var accuracy) = descent.Measure(train);
            trainLoss.Add(loss);
            trainAccuracy.Add(accuracy);
            (loss, accuracy) = descent.Measure(held);
            heldLoss.Add(loss);
            heldAccuracy.Add(accuracy);
        }
    }
}
