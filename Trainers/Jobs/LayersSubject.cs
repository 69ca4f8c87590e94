using MlPipeline.Data.Splits;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Recipe;
using MlPipeline.Trainers.Recipe.Network;
using MlPipeline.Trainers.Recipe.Steps;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Jobs;

/// <summary>What a recipe for layers of a network is followed on: a part of the pictures, held in memory as the network takes
/// them.</summary>
internal static class LayersSubject
{
    // Enough for curves that say something; of many classes, some of each.
    private const int UsualPictures = 160;
    private const int PicturesOfAClass = 15;
    private const long MostBytes = 1L << 30;

    // A recipe is wrong, not only one of several that will do, where another is better by as much.
    private const double MuchLess = 0.8;
    private const double MuchNearer = 0.5;
    private const double Near = 0.05;

    /// <summary>Prepares the pictures.</summary>
    public static LayersModel Of(Backbone backbone, FineTuningOptions training, JobFeatures features, string set,
        RecipeOptions options, IJobProgress progress, CancellationToken cancellation)
    {
        var classOf = features.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        int[] labels = [.. features.Rows.Select(r => classOf[r.Label])];
        var bytes = sizeof(float) * (long)backbone.Preprocessing.Length;
        var wanted = Math.Min(Math.Max(UsualPictures, PicturesOfAClass * features.ClassNames.Count), (int)(MostBytes / bytes));
        var chosen = wanted >= labels.Length ? [.. Enumerable.Range(0, labels.Length)]
            : StratifiedSplit.TrainTest(labels, wanted / (double)labels.Length, options.Seed, features.Groups, null).Test;
        if (chosen.Count < labels.Length)
            progress.Note($"recipe: its steps train on {chosen.Count} of the {labels.Length} pictures");
        var selection = new PictureSelection(features.Bank, set, Augmentations.None, Augmentations.None);
        return new LayersModel(backbone, training, Read(backbone, [.. chosen.Select(i => features.Rows[i].Path)], options,
            cancellation), [.. chosen.Select(i => labels[i])], [.. chosen.Select(i => features.Groups[i])], features.ClassNames,
            places => JobFeatures.StatisticsOf(selection, places.Select(place => chosen[place])), options);
    }

    /// <summary>Looks whether pictures that are prepared in another way serve the network much better.</summary>
    public static PreparationCheck? Check(Backbone backbone, ImageDataSet data, RecipeJobOptions options, IJobProgress progress,
        CancellationToken cancellation)
    {
        using var stage = progress.Begin("preparation", 1, "passes");
        var probe = PreprocessingProbe.Run(backbone, data, options.Run, options.Seed, cancellation);
        stage.Report(1);
        PreprocessingCandidate Named(Func<string, bool> isIt) => probe.Candidates.First(c => c.Recipes.Any(isIt));
        bool IsOwn(string name) =>
            backbone.Preprocessing.WithNormalizationOf(PreprocessingRecipes.Find(name)!).Equals(backbone.Preprocessing);
        if (!probe.Candidates.SelectMany(c => c.Recipes).Any(IsOwn))
            return null;
        var (own, best) = (Named(IsOwn), Named(name => name == probe.Chosen));
        var isWrong = own != best && (best.LogLoss < MuchLess * own.LogLoss
            || best.Distance + Near < MuchNearer * own.Distance);
        Dictionary<string, double> numbers = [];
        foreach (var (name, value) in ((string, double?)[])[("preprocessingLogLoss", own.LogLoss),
            ("bestPreprocessingLogLoss", best.LogLoss), ("preprocessingDistance", own.Distance),
            ("bestPreprocessingDistance", best.Distance)])
        {
            if (value is { } number)
                numbers[name] = number;
        }

        return new PreparationCheck(isWrong ? probe.Chosen : null,
            string.Join(", ", numbers.Select(n => $"{n.Key} {n.Value:0.###}")), numbers);
    }

    private static float[][] Read(Backbone backbone, string[] paths, RecipeOptions options, CancellationToken cancellation)
    {
        var preprocessing = backbone.Preprocessing;
        DecodeOptions decoding = new() { AtLeast = preprocessing.EnoughSource };
        var pictures = new float[paths.Length][];
        ParallelOptions parallel = new()
        {
            MaxDegreeOfParallelism = options.Threads == 0 ? -1 : options.Threads,
            CancellationToken = cancellation,
        };
        Parallel.For(0, paths.Length, parallel, i =>
        {
            using var picture = Picture.FromFile(paths[i]).Decode(decoding);
            using var prepared = preprocessing.Prepare(picture);
            preprocessing.Write(prepared, pictures[i] = new float[preprocessing.Length]);
        });
        return pictures;
    }
}
