using System.Collections.Concurrent;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Features;

/// <summary>
/// The features of pictures from several depths and views of one network, computed in one pass: every smaller set of depths and
/// views is a selection from it. Thread-safe.
/// </summary>
public sealed class FeatureBank
{
    /// <summary>The word for all of <see cref="Candidates"/>.</summary>
    public const string Auto = "auto";

    private readonly ConcurrentDictionary<string, (int Offset, int Length)[]> _selections = new(StringComparer.Ordinal);
    private readonly Augmentation[] _views;

    /// <summary>Makes a bank of rows.</summary>
    /// <param name="backbone">The network, with all features that are in the rows (<see cref="Backbone.WithFeatures"/>).</param>
    /// <param name="views">The views that are in the rows.</param>
    /// <param name="rows">What <see cref="CachedFeatureExtractor.ExtractViews"/> gave for them.</param>
    public FeatureBank(Backbone backbone, Augmentations views, IReadOnlyList<FeatureRow> rows)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(rows);
        (Backbone, Views, Rows) = (backbone, views, rows);
        _views = [.. Augmentation.Of(views)];
        var length = backbone.FeatureCount * _views.Length;
        if (rows.FirstOrDefault(r => r.Features.Length != length) is { } wrong)
        {
            throw new ArgumentException($"{wrong.Path}: the row has {wrong.Features.Length} features, expected {length}.",
                nameof(rows));
        }
    }

    /// <summary>Computes a bank, or takes it from the feature cache. Skipped pictures are missing.</summary>
    /// <param name="dataSet">The pictures.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="sets">Sets of features as <see cref="Backbone.WithFeatures"/> takes them, or "auto"; null for the backbone's
    /// own.</param>
    /// <param name="views">The views.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <param name="cacheFolder">The folder of cache files; <see cref="CachedFeatureExtractor.DefaultFolder"/> when null.</param>
    /// <exception cref="BackboneException">A set names no stage or value.</exception>
    public static FeatureBank Extract(
        ImageDataSet dataSet,
        Backbone backbone,
        IEnumerable<string>? sets = null,
        Augmentations views = Augmentations.None,
        BackboneRunOptions? options = null,
        string? cacheFolder = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var whole = BackboneFor(backbone, sets ?? [backbone.FeaturesFrom]);
        using var extractor = new CachedFeatureExtractor(whole, options, cacheFolder);
        return new FeatureBank(whole, views, [.. extractor.ExtractViews(dataSet, views)]);
    }

    /// <summary>The network, with all features of the bank.</summary>
    public Backbone Backbone { get; }

    /// <summary>The views of the bank.</summary>
    public Augmentations Views { get; }

    /// <summary>A row for each picture: all features of the first view, then of the next.</summary>
    public IReadOnlyList<FeatureRow> Rows { get; }

    /// <summary>The network with all features that some sets need, each part once.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="sets">What <see cref="Backbone.WithFeatures"/> takes.</param>
    /// <exception cref="BackboneException">A set names no stage or value.</exception>
    public static Backbone BackboneFor(Backbone backbone, IEnumerable<string> sets)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        ArgumentNullException.ThrowIfNull(sets);
        var parts = Expand(backbone, sets).SelectMany(s => backbone.WithFeatures(s).FeatureParts).DistinctBy(IdentityOf)
            .Select(p => p.Name);
        return backbone.WithFeatures(string.Join('+', parts)).WithViews(Augmentations.None);
    }

    /// <summary>
    /// Sets worth trying: the network's own pooled features, each stage alone, the deepest stages joined, from two up to all, and
    /// the covariances of the deepest stage and of the two deepest.
    /// </summary>
    public static IReadOnlyList<string> Candidates(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        var plain = backbone.WithFeatures(FeatureSet.Pooled);
        var stages = plain.Stages.Select(s => s.Name).ToList();

        // The last stage's mean is the pooled features, or stands beside them.
        if (plain.PooledIsMeanOfMap && stages.Count > 0)
            stages[^1] = FeatureSet.Pooled;
        else
            stages.Add(FeatureSet.Pooled);
        var alone = Enumerable.Reverse(stages);
        var joined = Enumerable.Range(2, Math.Max(0, stages.Count - 1)).Select(n => string.Join('+', stages.TakeLast(n)));
        var covariances = plain.FeatureMapName is null ? [] : Enumerable.Range(1, Math.Min(2, stages.Count))
            .Select(n => string.Join('+', stages.TakeLast(n).Select(s => s + FeatureSet.OfCovariances)));
        return [.. alone, .. joined, .. covariances];
    }

    /// <summary>Sets of features, each once, with those of <see cref="Candidates"/> where "auto" stands.</summary>
    public static IReadOnlyList<string> Expand(Backbone backbone, IEnumerable<string> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return [.. sets.SelectMany(s => s == Auto ? Candidates(backbone) : [s]).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>How many features a set has.</summary>
    /// <exception cref="BackboneException">The bank does not have them.</exception>
    public int CountOf(string features) => Select(features).Sum(p => p.Length);

    /// <summary>The kind with the fewest views that has all views of some kinds.</summary>
    public static Augmentations Covering(params IEnumerable<Augmentations> kinds)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        Augmentation[] wanted = [.. kinds.SelectMany(Augmentation.Of).Distinct()];
        return Enum.GetValues<Augmentations>().Where(k => !wanted.Except(Augmentation.Of(k)).Any()).MinBy(CountOf);
    }

    /// <summary>The number of views of a kind.</summary>
    public static int CountOf(Augmentations views) => Augmentation.Of(views).Count;

    /// <summary>Copies a set's features of one view.</summary>
    /// <param name="row">The picture's place in <see cref="Rows"/>.</param>
    /// <param name="view">The view's place among those of <see cref="Views"/>.</param>
    /// <param name="features">A set of features.</param>
    /// <param name="destination">As many numbers as <see cref="CountOf(string)"/> says.</param>
    public void Read(int row, int view, string features, Span<float> destination)
    {
        var source = Rows[row].Features.AsSpan(view * Backbone.FeatureCount, Backbone.FeatureCount);
        foreach (var (offset, length) in Select(features))
        {
            source.Slice(offset, length).CopyTo(destination);
            destination = destination[length..];
        }
    }

    /// <summary>Gives the mean of a set's features over views, to the bit as the network gives it when it is shown
    /// them.</summary>
    /// <param name="row">The picture's place in <see cref="Rows"/>.</param>
    /// <param name="views">Views that the bank has.</param>
    /// <param name="features">A set of features.</param>
    /// <param name="destination">As many numbers as <see cref="CountOf(string)"/> says.</param>
    public void ReadMean(int row, Augmentations views, string features, Span<float> destination)
    {
        var wanted = IndexesOf(views);
        if (wanted.Count == 1)
        {
            Read(row, wanted[0], features, destination);
            return;
        }

        var all = new float[wanted.Count * destination.Length];
        for (var v = 0; v < wanted.Count; v++)
            Read(row, wanted[v], features, all.AsSpan(v * destination.Length, destination.Length));
        Augmentation.Average(all, destination);
    }

    /// <summary>Where views lie among those of the bank.</summary>
    /// <exception cref="ArgumentException">The bank does not have them.</exception>
    public IReadOnlyList<int> IndexesOf(Augmentations views)
    {
        int[] indexes = [.. Augmentation.Of(views).Select(v => Array.IndexOf(_views, v))];
        return Array.TrueForAll(indexes, i => i >= 0)
            ? indexes
            : throw new ArgumentException($"The bank has the views {Views}, not {views}.", nameof(views));
    }

    private static (string Value, string? Pooling) IdentityOf(FeaturePart part) => (part.Value, FeatureSet.PoolingOf(part));

    private (int Offset, int Length)[] Select(string features) => _selections.GetOrAdd(features, set =>
        [.. Backbone.WithFeatures(set).FeatureParts.Select(wanted =>
            Backbone.FeatureParts.FirstOrDefault(p => IdentityOf(p) == IdentityOf(wanted)) is { } part
            ? (part.Offset, part.Length)
            : throw new BackboneException(
                $"The features '{wanted.Name}' were not computed; there are {Backbone.FeaturesFrom}."))]);
}
