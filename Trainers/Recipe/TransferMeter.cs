namespace MlPipeline.Trainers.Recipe;

/// <summary>Measures on folds what the way to transfer is chosen by.</summary>
internal static class TransferMeter
{
    private const int MaximumFolds = 5;

    public static TransferMeasurements Measure(RecipeState state, double? ownConfidence, double? ownAccuracy)
    {
        var data = state.Data;
        var smallest = data.SmallestClass();
        var folds = data.Folds(Math.Min(MaximumFolds, smallest), state.Options.Seed);
        var linear = new double[folds.Count];
        var nearest = new double[folds.Count];
        state.Each(folds.Count, f =>
        {
            (var train, var held, _) = RecipeRows.Split(data, folds[f].Train, folds[f].Test);
            linear[f] = state.TrainOn(train, held, state.Best!.Setting).ValidationAccuracy[^1] * held.Count;
            nearest[f] = NearestMean(train, held);
        });
        return new TransferMeasurements
        {
            SamplesPerClass = data.ClassCounts().Where(count => count > 0).Min(),
            Chance = (double)data.ClassCounts().Max() / data.Count,
            LinearAccuracy = linear.Sum() / data.Count,
            NearestMeanAccuracy = nearest.Sum() / data.Count,
            OwnConfidence = ownConfidence,
            OwnAccuracy = ownAccuracy,
        };
    }

    /// <summary>Held rows whose class has the nearest mean.</summary>
    private static int NearestMean(RecipeRows train, RecipeRows held)
    {
        var width = train.FeatureCount;
        var means = new float[train.ClassCount][];
        for (var c = 0; c < means.Length; c++)
        {
            means[c] = new float[width];
            int[] rows = [.. Enumerable.Range(0, train.Count).Where(i => train.Labels[i] == c)];
            foreach (var row in rows)
                RecipeVectors.AddScaled(train[row], 1f / rows.Length, means[c]);

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
                var row = held[i];
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
