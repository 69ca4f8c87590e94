using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Features;
using MlPipeline.Pipeline.Models;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Search;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Jobs;

/// <summary>The features of a data set's pictures, from all depths and views that a job needs, computed once for every fold and
/// head.</summary>
internal sealed class JobFeatures
{
    private readonly MLContext _ml;
    private readonly ImageDataSet _data;
    private readonly BackboneRunOptions _run;
    private readonly float[]? _weights;

    private JobFeatures(MLContext ml, ImageDataSet data, BackboneRunOptions run, FeatureBank bank,
        ReadPictures pictures, float[]? weights)
    {
        (_ml, _data, _run, Bank) = (ml, data, run, bank);
        (Rows, Pictures) = (pictures.Rows, pictures.Pictures);
        (ContentHashes, Inputs) = (pictures.ContentHashes, pictures.Inputs);
        var read = Rows.Select(r => r.Label).ToHashSet(StringComparer.Ordinal);
        ClassNames = [.. data.ClassNames.Where(read.Contains)];
        RowHashes = [.. Rows.Select(r => ContentHashes[r.Index])];
        Groups = DuplicateFinder.Groups(RowHashes);
        _weights = weights is null ? null : [.. Rows.Select(r => weights[r.Index])];
    }

    public FeatureBank Bank { get; }

    /// <summary>The schema that a model's chain reads.</summary>
    public DataViewSchema InputSchema => _data.ToDataView(_ml).Schema;

    /// <summary>The pictures that could be read, in the data set's order.</summary>
    public IReadOnlyList<FeatureRow> Rows { get; }

    /// <summary>The pictures of the rows.</summary>
    public IReadOnlyList<Picture> Pictures { get; }

    /// <summary>For each of the rows what its normalisation is measured by; empty where that was not wanted.</summary>
    public IReadOnlyList<InputSums> Inputs { get; }

    /// <summary>The classes with a picture that could be read.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    public IReadOnlyList<SkippedImage> Skipped { get; private init; } = [];

    public int Cached { get; private init; }

    /// <summary>SHA-256 of each picture of the data set; null for a file that cannot be read.</summary>
    public IReadOnlyList<string?> ContentHashes { get; }

    /// <summary>The hashes of the pictures that could be read.</summary>
    public IReadOnlyList<string?> RowHashes { get; }

    /// <summary>A number for each picture that could be read, equal for equal contents: these stay on one side of every
    /// split.</summary>
    public IReadOnlyList<int> Groups { get; }

    /// <summary>Sets of pictures with the same content and different labels.</summary>
    public IReadOnlyList<IReadOnlyList<LabelledPicture>> LabelConflicts { get; private init; } = [];

    /// <summary>Opens the cache for all features that some sets need. Bad pictures are skipped there, so that
    /// <see cref="Compute"/> can name all of them.</summary>
    public static CachedFeatureExtractor Open(Backbone backbone, JobOptions options, IEnumerable<string>? sets = null) =>
        new(FeatureBank.BackboneFor(backbone, sets ?? [backbone.FeaturesFrom]),
            options.Run with { BadImages = BadImagePolicy.Skip }, options.CacheFolder, options.UseCache);

    /// <exception cref="JobException">There are fewer than two classes.</exception>
    public static void RequireClasses(ImageDataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        RequireClasses(data, data.ClassNames);
    }

    private static void RequireClasses(ImageDataSet data, IReadOnlyList<string> classes)
    {
        if (classes.Count >= 2)
            return;
        var found = classes.Count == 1 ? $"is only '{classes[0]}'" : "are none";
        throw new JobException($"{data.Root}: at least two classes are needed, and there {found}.");
    }

    /// <summary>Takes features from the cache and runs the backbone over the other pictures.</summary>
    /// <param name="ml">Makes data views.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="extractor">What <see cref="Open"/> gave.</param>
    /// <param name="options">How the backbone is run.</param>
    /// <param name="progress">Told the stage "features", what was skipped and what is wrong with the cache.</param>
    /// <param name="views">The views that are wanted.</param>
    /// <param name="contentHashes">Hashes of the pictures where they are known.</param>
    /// <param name="weights">A weight for each picture of the data set; null when all count alike.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">No picture could be read.</exception>
    /// <exception cref="DataSourceException">Some could not, and are not to be skipped.</exception>
    public static JobFeatures Compute(MLContext ml, ImageDataSet data, CachedFeatureExtractor extractor, JobOptions options,
        IJobProgress progress,
        Augmentations views = Augmentations.None, IReadOnlyList<string?>? contentHashes = null, float[]? weights = null,
        CancellationToken cancellation = default)
    {
        List<FeatureRow> rows = new(data.Records.Count);
        var before = extractor.Skipped.Count;
        using (var stage = progress.Begin("features", data.Records.Count))
        {
            foreach (var row in extractor.ExtractViews(data, views, contentHashes))
            {
                cancellation.ThrowIfCancellationRequested();
                rows.Add(row);
                stage.Report(rows.Count);
            }
        }

        foreach (var note in extractor.Notes)
            progress.Note($"note: {note}");
        return Of(ml, data, options, progress, new FeatureBank(extractor.Backbone, views, rows),
            new ReadPictures(rows, [.. rows.Select(r => Picture.FromFile(r.Path))],
                [.. extractor.Skipped.Skip(before)], extractor.ContentHashes, []), weights, extractor.Cached);
    }

    /// <summary>Reads the pictures alone: what training a network needs that says nothing yet.</summary>
    /// <param name="ml">Makes data views.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="kept">Decodes the pictures.</param>
    /// <param name="measures">Whether the normalisation of the input is measured.</param>
    /// <param name="options">Threads, and what happens with bad pictures.</param>
    /// <param name="progress">Told the stage "pictures" and what was skipped.</param>
    /// <param name="weights">A weight for each picture of the data set; null when all count alike.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">No picture could be read.</exception>
    /// <exception cref="DataSourceException">Some could not, and are not to be skipped.</exception>
    public static JobFeatures Read(MLContext ml, ImageDataSet data, Backbone backbone, KeptPictures kept, bool measures,
        JobOptions options, IJobProgress progress, float[]? weights = null, CancellationToken cancellation = default)
    {
        var read = ReadPictures.Run(data, kept, measures ? backbone.Preprocessing : null, options.Run.Threads, progress,
            cancellation);
        return Of(ml, data, options, progress, new FeatureBank(backbone, Augmentations.None, []), read, weights, cached: 0);
    }

    private static JobFeatures Of(MLContext ml, ImageDataSet data, JobOptions options, IJobProgress progress, FeatureBank bank,
        ReadPictures read, float[]? weights, int cached)
    {
        var placeOf = data.Records.ToLookup(r => r.Path, StringComparer.Ordinal);
        SkippedImage[] skipped = [.. read.Skipped
            .Select(s => s with { Reason = s.Reason.TrimEnd('.') + data.PlaceOf(placeOf[s.Path].First()) })];
        if (skipped.Length > 0 && options.Run.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, skipped);
        foreach (var image in skipped)
            progress.Note($"skipped {image.Path}: {image.Reason}");
        if (read.Rows.Count == 0)
            throw new JobException($"{data.Root}: none of the {data.Records.Count} pictures could be read.");
        var features = new JobFeatures(ml, data, options.Run, bank, read, weights)
        {
            Cached = cached,
            Skipped = skipped,
            LabelConflicts = Jobs.LabelConflicts.Find([.. read.Rows.Select(r => data.Records[r.Index])],
                [.. read.Rows.Select(r => read.ContentHashes[r.Index])], progress),
        };
        foreach (var lost in data.ClassNames.Except(features.ClassNames))
            progress.Note($"warning: the class '{lost}' is left out: none of its pictures could be read");
        return features;
    }

    /// <summary>Another part of a data set, to choose by or to test on. Its pictures of classes that are not trained on are an
    /// error, or left out.</summary>
    /// <param name="data">The pictures to train on.</param>
    /// <param name="part">The part; null when there is none.</param>
    /// <param name="options">What happens with what cannot be used.</param>
    /// <param name="leftOut">To which the pictures that are left out are added.</param>
    /// <exception cref="JobException">The part has classes that the training pictures lack.</exception>
    public static ImageDataSet? OtherPart(ImageDataSet data, ImageDataSet? part, JobOptions options, List<SkippedImage> leftOut)
    {
        var known = data.ClassNames.ToHashSet(StringComparer.Ordinal);
        if (part is null || part.ClassNames.All(known.Contains))
            return part;
        if (options.Run.BadImages == BadImagePolicy.Throw || !part.ClassNames.Any(known.Contains))
        {
            var counts = part.Records.Where(r => !known.Contains(r.Label)).CountBy(r => r.Label);
            throw new JobException($"{part.ManifestPath ?? part.Root}: there are pictures to test that are of classes which the "
                + $"training pictures lack: {NameList.Of(counts.Select(c => $"'{c.Key}' ({c.Value})"))}. Remove or rename "
                + "them; the policy 'skip' for bad images (--bad-images skip) leaves them out.");
        }

        leftOut.AddRange(part.Records.Where(r => !known.Contains(r.Label)).Select(r =>
            new SkippedImage(r.Path, $"the training pictures have no class '{r.Label}'{part.PlaceOf(r)}")));
        return part.Subset(Enumerable.Range(0, part.Records.Count).Where(i => known.Contains(part.Records[i].Label)));
    }

    /// <summary>The pictures of a test set whose content is among these too, each with one of these; they are noted.</summary>
    public IReadOnlyList<IReadOnlyList<string>> SharedWith(JobFeatures test, IJobProgress progress)
    {
        var own = RowHashes.Zip(Rows).Where(r => r.First is not null).DistinctBy(r => r.First)
            .ToDictionary(r => r.First!, r => r.Second.Path, StringComparer.Ordinal);
        string[][] both = [.. test.RowHashes.Zip(test.Rows).Where(r => r.First is not null && own.ContainsKey(r.First))
            .Select(r => new[] { own[r.First!], r.Second.Path })];
        foreach (var pair in both.Take(10))
            progress.Note($"warning: trained on and in the test set: {pair[0]} and {pair[1]}");
        if (both.Length > 10)
            progress.Note($"warning: {both.Length - 10} more of the test set are trained on; --json lists all");
        return both;
    }

    /// <summary>Labels to keys by a fixed list of classes: every fold knows every class in the same order, whether or not its
    /// part has a picture of it.</summary>
    public static IEstimator<ITransformer> LabelKeys(MLContext ml, IReadOnlyList<string> classes) =>
        ml.Transforms.Conversion.MapValueToKey(
        "Label", keyData: ml.Data.LoadFromEnumerable(classes.Select(name => new LabelRow { Label = name }).ToArray()));

    /// <exception cref="JobException">There are fewer than two classes with a picture that could be read.</exception>
    public void RequireReadClasses() => RequireClasses(_data, ClassNames);

    /// <summary>Trains a head on some pictures.</summary>
    /// <returns>The label's mapping to keys, then the head.</returns>
    public TransformerChain<LinearHeadTransformer> Fit(PictureSelection selection, LinearHeadOptions options,
        IEnumerable<int> pictures,
        LinearHeadWeights? start = null)
    {
        RequireReadClasses();
        int[] chosen = [.. pictures];
        var hasViews = selection.TrainingViews != Augmentations.None;
        var hasGroups = hasViews || CountDistinct(chosen) < chosen.Length;
        var view = View(selection, chosen.SelectMany(picture =>
        {
            // A picture's weight in equal parts; its rows stay on one side where rows are held out.
            var rows = selection.TrainingRowsOf(picture);
            return rows.Select(features => Row(picture, features, (_weights?[picture] ?? 1f) / rows.Count));
        }));
        var keys = LabelKeys(_ml, ClassNames).Fit(view);
        var trainer = _ml.MulticlassClassification.Trainers.LinearHead(options with
        {
            LabelColumnName = nameof(HeadRow.Label),
            FeatureColumnName = nameof(HeadRow.Features),
            ExampleWeightColumnName = hasViews || _weights is not null ? nameof(HeadRow.Weight) : null,
            SamplingKeyColumnName = hasGroups ? nameof(HeadRow.Group) : null,
        });
        return new TransformerChain<LinearHeadTransformer>(keys, trainer.Fit(keys.Transform(view), start));
    }

    /// <summary>A head with weights that were found by other means, behind the label's mapping to keys.</summary>
    public TransformerChain<LinearHeadTransformer> HeadOf(LinearHeadWeights weights)
    {
        return new TransformerChain<LinearHeadTransformer>(
            LabelKeys(_ml, ClassNames).Fit(_ml.Data.LoadFromEnumerable<LabelRow>([])),
            new LinearHeadTransformer(weights, nameof(HeadRow.Features), "Score", "PredictedLabel"));
    }

    /// <summary>What some pictures count; null when all count alike.</summary>
    public float[]? WeightsOf(IEnumerable<int> pictures) => _weights is null ? null : [.. pictures.Select(i => _weights[i])];

    /// <summary>The pictures before a place in the data set to train on, and those from there on to choose by.</summary>
    public DataSplit SplitAt(int place)
    {
        var byPart = Enumerable.Range(0, Rows.Count).ToLookup(i => Rows[i].Index < place);
        return new DataSplit([.. byPart[true]], [.. byPart[false]]);
    }

    /// <summary>Scores some pictures with a head.</summary>
    /// <param name="selection">The features.</param>
    /// <param name="head">The head, which was not trained on the pictures.</param>
    /// <param name="pictures">The pictures.</param>
    /// <param name="answers">To which is added what the head says of each.</param>
    /// <param name="classNames">The classes of the head; null for those of these pictures.</param>
    public EvaluationMetrics Test(PictureSelection selection, TransformerChain<LinearHeadTransformer> head,
        IReadOnlyList<int> pictures, List<EvaluatedPicture> answers, IReadOnlyList<string>? classNames = null)
    {
        var classes = classNames ?? ClassNames;
        var scored = head.Transform(TestView(selection, pictures));
        var scores = scored.GetColumn<float[]>(head.LastTransformer.ScoreColumnName).ToArray();
        foreach (var (place, row) in scores.Index())
        {
            var (picture, best) = (Rows[pictures[place]], Softmax.Largest(row));
            answers.Add(new EvaluatedPicture(picture.Path, picture.Label, classes[best], row[best], false) { Scores = row });
        }

        return EvaluationMetrics.Of(_ml, scored, classes, head.LastTransformer.Temperature,
            head.LastTransformer.AnswerThreshold, CountDistinct(pictures));
    }

    /// <summary>Scores a test set with a head that was trained on these pictures.</summary>
    public EvaluationMetrics TestOn(JobFeatures test, PictureSelection selection, TransformerChain<LinearHeadTransformer> head,
        List<EvaluatedPicture> answers) =>
        test.Test(selection with { Bank = test.Bank }, head,
            [.. Enumerable.Range(0, test.Rows.Count).Where(i => ClassNames.Contains(test.Rows[i].Label))], answers, ClassNames);

    /// <summary>Whether a head is right, for each of some pictures.</summary>
    public IReadOnlyList<bool> IsRight(PictureSelection selection, TransformerChain<LinearHeadTransformer> head,
        IReadOnlyList<int> pictures)
    {
        var scored = head.Transform(TestView(selection, pictures));
        return [.. scored.GetColumn<uint>(nameof(HeadRow.Label))
            .Zip(scored.GetColumn<uint>(head.LastTransformer.PredictedLabelColumnName), (label, said) => label == said)];
    }

    /// <summary>The chain from paths to names that <c>Fit</c> would give on the pictures: label to key, picture, backbone, head,
    /// predicted key to name.</summary>
    public ITransformer Chain(PictureSelection selection, TransformerChain<LinearHeadTransformer> head)
    {
        var (keys, linear) = (head.First(), head.LastTransformer);
        var names = _ml.Transforms.Conversion.MapKeyToValue(linear.PredictedLabelColumnName)
            .Fit(head.Transform(TestView(selection, [])));
        var featurizer = _ml.Transforms.ApplyBackbone(selection.Backbone,
            featuresColumnName: linear.FeatureColumnName, options: _run)
            .Fit(_data.ToDataView(_ml));
        return new TransformerChain<ITransformer>([keys, featurizer, linear, names]);
    }

    /// <summary>Some pictures by their content, for a model's card.</summary>
    public PictureDigests DigestsOf(IEnumerable<int> pictures) => PictureDigests.Of(pictures.Select(i => RowHashes[i]));

    /// <summary>What the features of some pictures are like as a model sees them, for its card.</summary>
    public static FeatureStatistics StatisticsOf(PictureSelection selection, IEnumerable<int> pictures) =>
        FeatureStatistics.Of(pictures.Select(selection.TestRowOf));

    /// <summary>How many different contents some pictures have.</summary>
    private int CountDistinct(IEnumerable<int> pictures) => pictures.Select(picture => Groups[picture]).Distinct().Count();

    private IDataView TestView(PictureSelection selection, IEnumerable<int> pictures) =>
        View(selection, pictures.Select(picture => Row(picture, selection.TestRowOf(picture), 1)));

    private HeadRow Row(int picture, float[] features, float weight) =>
        new() { Label = Rows[picture].Label, Features = features, Weight = weight, Group = Groups[picture] };

    private IDataView View(PictureSelection selection, IEnumerable<HeadRow> rows)
    {
        var definition = SchemaDefinition.Create(typeof(HeadRow));
        definition[nameof(HeadRow.Features)].ColumnType =
            new VectorDataViewType(NumberDataViewType.Single, Bank.CountOf(selection.Features));
        return _ml.Data.LoadFromEnumerable(rows.ToArray(), definition);
    }

    private sealed class LabelRow
    {
        public string Label { get; set; } = "";
    }

    /// <summary>One row that heads are trained on.</summary>
    private sealed class HeadRow
    {
        public string Label { get; set; } = "";

        [VectorType]
        public float[] Features { get; set; } = [];

        /// <summary>The row's share of its picture's weight.</summary>
        public float Weight { get; set; } = 1;

        /// <summary>Equal for views of one picture and of pictures with the same content.</summary>
        public int Group { get; set; }
    }
}
