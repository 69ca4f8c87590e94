using System.Globalization;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Trainers.Search;

/// <summary>
/// Finds the colour order and normalisation that a network was trained with, by what it makes of some pictures under each recipe:
/// how well linear heads on its features do on held-out pictures, where there are labels; how far the statistics of the
/// activations are from those that the first batch normalisation has kept from training; without labels also how much its
/// classifier's answers say.
/// </summary>
public static class PreprocessingProbe
{
    /// <summary>Pictures that are looked at.</summary>
    private const int MostPictures = 150;

    private const int MostClasses = 20;
    private const int FewestOfAClass = 3;
    private const int Folds = 5;
    private const int Repeats = 3;
    private const int Batch = 8;

    // Recipes are compared by penalties, in standard errors of the log-loss. A fifth less information than the most, or a tenth
    // more distance than the least, weighs about as much as one of them.
    private const double InformationWeight = 5;

    private const double DistanceWeight = 10;

    /// <summary>Distances that differ by this are alike.</summary>
    private const double SameDistance = 0.01;

    /// <summary>Shares of the most information below this one are alike.</summary>
    private const double Negligible = 1e-3;

    /// <summary>Where no recipe's answers say more, in nats, the classifier is not asked.</summary>
    private const double LeastInformation = 0.05;

    /// <summary>Tries the recipes.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="data">The pictures; of one class only where they have no labels.</param>
    /// <param name="run">What runs the network, and how pictures are decoded. Bad pictures are left out.</param>
    /// <param name="seed">Chooses the pictures and the folds.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">No picture can be read.</exception>
    public static PreprocessingProbeResult Run(Backbone backbone, ImageDataSet data, BackboneRunOptions? run = null, int seed = 1,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(data);
        run ??= new BackboneRunOptions();
        var normalization = FirstNormalization.Of(backbone.Graph);
        string?[] values = [backbone.PooledName, normalization?.Value,
            backbone.OutputKind is NetworkOutputs.Softmax or NetworkOutputs.Logits ? backbone.LogitsName : null];
        using var session = (run.Runtime ?? new ManagedRuntime()).CreateSession(
            backbone.Graph.WithOutputs([.. values.OfType<string>().Distinct()]), new SessionOptions { Threads = run.Threads });
        var (pictures, labels) = Read(backbone, data, run, seed, cancellation);
        List<RecipeTrial> tried = [];
        foreach (var (name, recipe) in Recipes(backbone))
        {
            cancellation.ThrowIfCancellationRequested();
            var trial = Try(backbone.WithRecipe(recipe), name, pictures, session, normalization);
            if (tried.FirstOrDefault(t => t.IsEqualTo(trial)) is { } same)
                same.Names.Add(name);
            else
                tried.Add(trial);
        }

        if (labels is not null && tried.Count > 1 && backbone.PooledName is not null)
        {
            var splits = Enumerable.Range(0, Repeats).Select(r => StratifiedSplit.Folds(labels, Folds, seed + r, [], null)
                .Where(s => s.Test.Count > 0 && s.Train.Count > 0).ToArray()).ToArray();
            foreach (var trial in tried.Where(t => t.IsFinite))
            {
                cancellation.ThrowIfCancellationRequested();
                trial.Judge(labels, splits, run.Threads, cancellation);
            }
        }

        return Choose(backbone, tried, pictures.Count);
    }

    /// <summary>The recipes that can be told apart by the network's input.</summary>
    private static IEnumerable<(string Name, Preprocessing Recipe)> Recipes(Backbone backbone) =>
        PreprocessingRecipes.All.Where(r =>
            (backbone.Graph.Inputs[0].StoredType != ElementType.UInt8 || r.Name.StartsWith("raw", StringComparison.Ordinal))
            && !(backbone.Preprocessing.Grayscale && r.Name.Contains('-', StringComparison.Ordinal)));

    private static (IReadOnlyList<Raster> Pictures, int[]? Labels) Read(Backbone backbone, ImageDataSet data,
        BackboneRunOptions run, int seed, CancellationToken cancellation)
    {
        List<Raster> pictures = [];
        List<string> labels = [];
        foreach (var record in Sample(data, seed))
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                using var raster = ImageDecoder.DecodeFile(record.Path, run.Decode);
                pictures.Add(backbone.Preprocessing.Prepare(raster));
                labels.Add(record.Label);
            }
            catch (Exception e) when (e is ImageDecodeException or IOException or UnauthorizedAccessException)
            {
                // What the job does with it is the job's to say.
            }
        }

        if (pictures.Count == 0)
            throw new JobException($"{data.Root}: no picture could be read by which the preprocessing could be chosen.");
        string[] classes = [.. labels.Distinct(StringComparer.Ordinal)];
        var isLabelled = classes.Length > 1 && classes.Count(c => labels.Count(l => l == c) >= FewestOfAClass) > 1;
        return (pictures, isLabelled ? [.. labels.Select(l => Array.IndexOf(classes, l))] : null);
    }

    /// <summary>Some pictures of each class in turn, drawn by the seed; of so many classes only that each has several.</summary>
    private static IEnumerable<ImageRecord> Sample(ImageDataSet data, int seed)
    {
        var random = new Random(seed);
        var byClass = data.Records.GroupBy(r => r.Label, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Shuffled(g, random)).ToArray();
        var drawn = byClass.Length <= MostClasses ? byClass : Shuffled(byClass, random)[..MostClasses];
        return Enumerable.Range(0, drawn.Max(c => c.Length)).SelectMany(i => drawn.Where(c => i < c.Length).Select(c => c[i]))
            .Take(MostPictures);
    }

    private static T[] Shuffled<T>(IEnumerable<T> items, Random random)
    {
        T[] shuffled = [.. items];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static RecipeTrial Try(Backbone backbone, string name, IReadOnlyList<Raster> pictures, ISession session,
        FirstNormalization? normalization)
    {
        var trial = new RecipeTrial(name, backbone.Preprocessing);
        var (recipe, moments) = (backbone.Preprocessing, normalization?.Measure());
        var hasLogits = backbone.OutputKind is NetworkOutputs.Softmax or NetworkOutputs.Logits;
        var size = backbone.Graph.Inputs[0].Dimensions![0] == 1 ? 1 : Batch;
        foreach (var batch in pictures.Chunk(size))
        {
            var pixels = new float[batch.Length * recipe.Length];
            for (var i = 0; i < batch.Length; i++)
                recipe.Write(batch[i], pixels.AsSpan(i * recipe.Length));
            Dictionary<string, Tensor> Input() => new() { [backbone.InputName] = backbone.InputOf(pixels, batch.Length) };
            var values = session.Run(Input());
            if (backbone.PooledName is { } pooled)
                trial.AddFeatures(values[pooled], batch.Length);
            moments?.Add(values[normalization!.Value]);
            if (!hasLogits)
                continue;
            trial.AddLogits(values[backbone.LogitsName!], batch.Length);
            for (var i = 0; i < batch.Length; i++)
            {
                using var mirrored = Cropping.FlipHorizontal(batch[i]);
                recipe.Write(mirrored, pixels.AsSpan(i * recipe.Length));
            }

            values = session.Run(Input());
            trial.AddMirrored(values[backbone.LogitsName!], batch.Length);
        }

        trial.Distance = moments?.Distance();
        return trial;
    }

    private static PreprocessingProbeResult Choose(Backbone backbone, List<RecipeTrial> tried, int pictures)
    {
        RecipeTrial[] able = [.. tried.Where(t => t.IsFinite)];
        List<string> reasons = [];
        if (able.Length > 1 && able.All(t => t.Losses is not null))
        {
            var surest = able.MinBy(t => t.LogLoss)!;
            foreach (var trial in able)
                trial.Penalty += trial.ErrorsAbove(surest);
            reasons.Add("held-out pictures");
        }

        if (able.Length > 1 && able.Max(t => t.Information) is { } most && most > LeastInformation)
        {
            foreach (var trial in able)
                trial.Penalty += InformationWeight * Math.Log(most / Math.Max(most * Negligible, trial.Information!.Value));
            reasons.Add("the answers of the network's own classifier");
        }

        if (able.Length > 1 && able.All(t => t.Distance is not null))
        {
            var least = able.Min(t => t.Distance!.Value);
            foreach (var trial in able)
                trial.Penalty += DistanceWeight * Math.Log((trial.Distance!.Value + SameDistance) / (least + SameDistance));
            reasons.Add("the statistics that the first batch normalisation kept from training");
        }

        if (reasons.Count == 0)
        {
            var usual = tried.FirstOrDefault(t => t.Recipe.Equals(backbone.Preprocessing)) ?? tried[0];
            return Result(usual, tried.Count == 1 ? "the network makes the same of all"
                : "nothing tells the recipes apart here, and it is the usual one for such a network", tried, pictures);
        }

        // Where recipes serve alike, torchvision's comes first, then the usual order of colours; without labels, the first of
        // all.
        var best = able.MinBy(t => t.Penalty)!;
        var order = able.FirstOrDefault(t => t.Names[0] == UsualOrder(best.Names[0]));
        var chosen = able.FirstOrDefault(t => (t.Names[0] == "torch" || best.Losses is null) && t.Penalty <= best.Penalty + 1)
            ?? (order?.Penalty <= best.Penalty + 2 ? order : best);
        return Result(chosen, $"it serves best by {string.Join(" and ", reasons)}, or as well within the noise", tried, pictures);
    }

    private static string UsualOrder(string name) => name.Split('-')[0];

    private static PreprocessingProbeResult Result(RecipeTrial chosen, string reason, List<RecipeTrial> tried, int pictures) =>
        new(chosen.Names[0], reason, [.. tried.Select(t => t.ToCandidate())], pictures);
}

/// <summary>What a recipe's pictures gave.</summary>
/// <param name="Recipes">The recipes by name; several where the network makes the same of them.</param>
/// <param name="LogLoss">The log-loss of a linear head on held-out pictures; null without labels.</param>
/// <param name="Distance">The Bhattacharyya distance of the activations from those that the first batch normalisation kept, mean
/// over the channels; null where the network has none.</param>
/// <param name="Information">What the classifier's answer to a picture says about that to its mirror image, in nats; null where
/// there is no classifier.</param>
public sealed record PreprocessingCandidate(
    IReadOnlyList<string> Recipes, double? LogLoss, double? Distance, double? Information);

/// <summary>Which recipe a probe took.</summary>
/// <param name="Chosen">Its name.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Candidates">The recipes that were tried.</param>
/// <param name="Pictures">How many pictures were looked at.</param>
public sealed record PreprocessingProbeResult(string Chosen, string Reason, IReadOnlyList<PreprocessingCandidate> Candidates,
    int Pictures)
{
    /// <summary>A line for each recipe with its figures, then the choice.</summary>
    public IReadOnlyList<string> Evidence =>
    [
        .. Candidates.Select(c => $"{string.Join(" = ", c.Recipes)}: {string.Join(", ", Figures(c))}"),
        $"{Chosen}, because {Reason} ({Pictures} pictures)",
    ];

    /// <summary>The network with that recipe, which keeps the evidence.</summary>
    public Backbone ApplyTo(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return backbone.WithRecipe(PreprocessingRecipes.Find(Chosen)!, Evidence);
    }

    private static IEnumerable<string> Figures(PreprocessingCandidate c)
    {
        foreach (var (name, figure) in ((string, double?)[])[("held-out log-loss", c.LogLoss),
            ("distance from the batch normalisation's statistics", c.Distance),
            ("information in the classifier's answers", c.Information)])
        {
            if (figure is { } value)
                yield return string.Create(CultureInfo.InvariantCulture, $"{name} {value:0.000}");
        }

        if (c is { LogLoss: null, Distance: null, Information: null })
            yield return "no figure";
    }
}
