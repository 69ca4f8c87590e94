using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Search;
using MlPipeline.Trainers.Solvers.Kernels;
using MlPipeline.Trainers.Solvers.Samples;

namespace MlPipeline.Trainers.Recipe;

/// <summary>Measures on folds what the way to transfer is chosen by.</summary>
internal static class TransferMeter
{
    private const int MaximumFolds = 5;

    public static TransferMeasurements Measure(FeatureMatrix data, RecipeOptions options, double? ownConfidence,
        double? ownAccuracy, CancellationToken cancellation)
    {
        var smallest = data.ClassUnits().Where(count => count > 0).Min();
        var folds = StratifiedSplit.Folds(data.Labels.ToArray(), Math.Min(MaximumFolds, smallest), options.Seed,
            data.Groups.ToArray(), data.ClassNames);
        var head = new LinearHeadOptions { Seed = options.Seed, Threads = 1, Cancellation = cancellation };
        var right = CrossValidation.Run(folds.Count, options.Threads, f =>
        {
            FeatureMatrix train = data.Subset(folds[f].Train), held = data.Subset(folds[f].Test);
            var scaling = FeatureScaling.Measure(train);
            scaling.ApplyInPlace(train);
            scaling.ApplyInPlace(held);
            var nearest = NearestMean(train, held);
            var model = LinearHead.FitInPlace(train, head).Model;
            return (Linear: HeadScores.Measure(model, held).MicroAccuracy * held.Count, Nearest: nearest);
        }, cancellation);
        int[] counts = [.. Enumerable.Range(0, data.ClassCount).Select(c => data.Labels.Count(c))];
        return new TransferMeasurements
        {
            SamplesPerClass = counts.Where(count => count > 0).Min(),
            Chance = (double)counts.Max() / data.Count,
            LinearAccuracy = right.Sum(fold => fold.Linear) / data.Count,
            NearestMeanAccuracy = right.Sum(fold => (double)fold.Nearest) / data.Count,
            OwnConfidence = ownConfidence,
            OwnAccuracy = ownAccuracy,
        };
    }

    /// <summary>Held rows whose class has the nearest mean.</summary>
    private static int NearestMean(FeatureMatrix train, FeatureMatrix held)
    {
        var width = train.FeatureCount;
        var means = new float[train.ClassCount][];
        for (var c = 0; c < means.Length; c++)
        {
            means[c] = new float[width];
            int[] rows = [.. Enumerable.Range(0, train.Count).Where(i => train.Labels[i] == c)];
            foreach (var row in rows)
                LinearKernels.AddScaled(1f / rows.Length, train.Row(row), means[c]);
            if (rows.Length == 0)
                Array.Fill(means[c], float.MaxValue);
        }

        var right = 0;
        for (var i = 0; i < held.Count; i++)
        {
            var best = 0;
            var least = double.PositiveInfinity;
            for (var c = 0; c < means.Length; c++)
            {
                double distance = 0;
                var row = held.Row(i);
                for (var k = 0; k < width; k++)
                {
                    double difference = row[k] - means[c][k];
                    distance += difference * difference;
                }

                if (distance < least)
                    (best, least) = (c, distance);
            }

            right += best == held.Labels[i] ? 1 : 0;
        }

        return right;
    }
}
