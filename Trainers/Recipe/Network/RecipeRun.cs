namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>One whole training, measured after each epoch.</summary>
internal static class RecipeRun
{
    public static LearningCurves Train(RecipeModel model, RecipeSetting setting, RecipeOptions options, bool? fitsHandful,
        CancellationToken cancellation)
    {
        var (train, held) = (model.Split.Train, model.Split.Test);
        using var descent = new RecipeDescent(model, train, setting.WeightDecay, options, cancellation);
        List<double> trainLoss = [], heldLoss = [], trainAccuracy = [], heldAccuracy = [], rates = [];
        double peak = 0;
        Measure();
        for (var epoch = 0; epoch < setting.Epochs && double.IsFinite(peak); epoch++)
        {
            cancellation.ThrowIfCancellationRequested();
            double rate = setting.RateAt(epoch), loss = 0;
            for (var step = 0; step < descent.StepsPerEpoch && double.IsFinite(loss); step++)
                loss += descent.Step(rate).Loss;
            peak = Math.Max(peak, loss / descent.StepsPerEpoch);
            rates.Add(rate);
            Measure();
        }

        double[] shares = [.. Enumerable.Range(0, model.ClassCount)
            .Select(c => train.Count(i => model.Labels[i] == c) / (double)train.Count)];
        return new LearningCurves(trainLoss, heldLoss, trainAccuracy, heldAccuracy, rates)
        {
            ClassCount = model.ClassCount,
            TrainCount = train.Count,
            ValidationCount = held.Count,
            Chance = shares.Max(),
            ChanceLoss = -shares.Where(share => share > 0).Sum(share => share * Math.Log(share)),
            PeakLoss = peak,
            FitsHandful = fitsHandful,
        };

        void Measure()
        {
            var measured = descent.Measure(train, held);
            trainLoss.Add(measured[0].Loss);
            trainAccuracy.Add(measured[0].Accuracy);
            heldLoss.Add(measured[1].Loss);
            heldAccuracy.Add(measured[1].Accuracy);
        }
    }
}
