using System.Collections.Concurrent;
using System.Security.Cryptography;
using MlPipeline.Data.FeatureCache;
using MlPipeline.Data.Sources;
using MlPipeline.Data.Splits;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Features;

/// <summary>
/// Gives the features of a data set's pictures, in order: those of known contents from the feature cache, without decoding them
/// or running the network; the others are computed in whole batches and kept, each view of a picture as a row of its own. A cache
/// that cannot be used costs time only; it is noted.
/// </summary>
/// <remarks>
/// A picture that is computed is hashed from the very bytes that are decoded. With an empty cache, or none, that is the only time
/// that its file is read; else all files are hashed first, to look them up, and only the unknown ones are read once more.
/// </remarks>
public sealed class CachedFeatureExtractor : IDisposable
{
    private readonly Backbone _backbone;
    private readonly Augmentations _views;
    private readonly BackboneRunOptions _options;
    private readonly FeatureStore? _cache;
    private readonly List<string> _notes = [];
    private readonly List<SkippedImage> _skipped = [];

    /// <summary>Hashes of the bytes that were decoded, by path; null for a file that changed between two decodings.</summary>
    private readonly ConcurrentDictionary<string, ContentHash?> _decoded = new(StringComparer.Ordinal);
    private bool _keeps;

    /// <summary>Opens the cache of a backbone.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <param name="folder">The folder of cache files; <see cref="DefaultFolder"/> when null.</param>
    /// <param name="useCache">Whether the cache is used; without it the network sees all pictures and nothing is kept.</param>
    /// <exception cref="BackboneException">The network has no pooled features.</exception>
    public CachedFeatureExtractor(Backbone backbone, BackboneRunOptions? options = null, string? folder = null,
        bool useCache = true)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        BackboneEstimator.Check(backbone, FeatureExtractor.Columns);
        _views = backbone.Preprocessing.Views;
        _backbone = backbone.WithViews(Augmentations.None);
        options ??= new BackboneRunOptions();
        _options = options with { Decode = options.Decode with { Inspect = Remember(options.Decode.Inspect) } };
        if (!useCache)
            return;
        try
        {
            _cache = FeatureStore.Open(folder ?? DefaultFolder, FeatureCacheKeys.For(_backbone, options));
            _keeps = true;
            if (_cache.SetAside is { } problem)
                _notes.Add(problem);
        }
        catch (FeatureCacheException e)
        {
            _notes.Add($"{e.Message} Features are computed without it.");
        }
    }

    /// <summary>The folder "features" of <see cref="BackboneCatalog.Home"/>.</summary>
    public static string DefaultFolder => Path.Combine(BackboneCatalog.Home, "features");

    /// <summary>The network, for one view at a time.</summary>
    public Backbone Backbone => _backbone;

    /// <summary>How many pictures came from the cache so far.</summary>
    public int Cached { get; private set; }

    /// <summary>What a user should know of the cache, such as a full disk.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The pictures that were skipped so far, with the reason.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _skipped;

    /// <summary>SHA-256 in hexadecimal of each picture of the data set that was last streamed to its end, as its features were
    /// computed from it; null for a file that cannot be read.</summary>
    public IReadOnlyList<string?> ContentHashes { get; private set; } = [];

    /// <summary>Streams the features of a data set's pictures, lazily: the means over the views of the backbone's preprocessing.
    /// Skipped pictures are missing.</summary>
    /// <param name="dataSet">The pictures.</param>
    /// <param name="contentHashes">What <see cref="DuplicateFinder.HashContents"/> gave for them; computed when null.</param>
    public IEnumerable<FeatureRow> Extract(ImageDataSet dataSet, IReadOnlyList<string?>? contentHashes = null)
    {
        var rows = ExtractViews(dataSet, _views, contentHashes);
        return _views == Augmentations.None ? rows : rows.Select(row =>
        {
            var mean = new float[_backbone.FeatureCount];
            Augmentation.Average(row.Features, mean);
            return row with { Features = mean };
        });
    }

    /// <summary>Streams the features of views of a data set's pictures, lazily: in each row those of the first view (the picture
    /// as it is), then those of the next. Skipped pictures are missing.</summary>
    /// <param name="dataSet">The pictures.</param>
    /// <param name="views">The views.</param>
    /// <param name="contentHashes">What <see cref="DuplicateFinder.HashContents"/> gave for them; computed when null.</param>
    public IEnumerable<FeatureRow> ExtractViews(ImageDataSet dataSet, Augmentations views,
        IReadOnlyList<string?>? contentHashes = null)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (contentHashes is not null && contentHashes.Count != dataSet.Records.Count)
        {
            throw new ArgumentException($"{contentHashes.Count} hashes for {dataSet.Records.Count} pictures.",
                nameof(contentHashes));
        }

        return Stream(dataSet, Augmentation.Of(views), contentHashes);
    }

    /// <summary>Frees the cache's memory.</summary>
    public void Dispose() => _cache?.Dispose();

    private IEnumerable<FeatureRow> Stream(ImageDataSet dataSet, IReadOnlyList<Augmentation> views,
        IReadOnlyList<string?>? contentHashes)
    {
        _decoded.Clear();
        if (contentHashes is null && _cache is { Count: > 0 })
            contentHashes = DuplicateFinder.HashContents(dataSet, _options.Threads);
        var keys = new ContentHash?[dataSet.Records.Count];
        var missing = new List<int>();
        var missingViews = new bool[views.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = contentHashes?[i] is { } hash ? ContentHash.Parse(hash) : null;
            var isMissing = false;
            for (var v = 0; v < views.Count; v++)
            {
                if (_cache is null || keys[i] is not { } key || !_cache.Contains(KeyOf(key, views[v])))
                    missingViews[v] = isMissing = true;
            }

            if (isMissing)
                missing.Add(i);
        }

        // Views that every picture has already are not computed again.
        int[] wanted = [.. Enumerable.Range(0, views.Count).Where(v => missingViews[v])];
        using var computed = Compute(dataSet, missing, [.. wanted.Select(v => views[v])]).GetEnumerator();
        var next = 0;
        var more = missing.Count > 0 && computed.MoveNext();
        for (var i = 0; i < keys.Length; i++)
        {
            var (path, label) = dataSet.Records[i];
            var row = new float[views.Count * _backbone.FeatureCount];
            if (next < missing.Count && missing[next] == i)
            {
                // A row that was skipped is not among the computed ones.
                next++;
                if (!more || computed.Current.Index != i)
                    continue;
                var features = computed.Current.Features;
                more = computed.MoveNext();
                var known = keys[i];
                keys[i] = Keep(path, features, [.. wanted.Select(v => views[v])]);
                for (var w = 0; w < wanted.Length; w++)
                    features.AsSpan(w * _backbone.FeatureCount, _backbone.FeatureCount).CopyTo(Part(row, wanted[w]));

                // The other views are those of the same bytes, or are computed again with this one.
                if (wanted.Length == views.Count
                    || (keys[i] is { } same && same == known && Recall(same, views, row, v => !missingViews[v])))
                {
                    yield return new FeatureRow(i, path, label, row);
                    continue;
                }
            }
            else if (Recall(keys[i]!.Value, views, row, _ => true))
            {
                Cached++;
                yield return new FeatureRow(i, path, label, row);
                continue;
            }

            // It was damaged, replaced or pruned since the beginning of this pass.
            foreach (var again in Compute(dataSet, [i], views))
                yield return again;
        }

        ContentHashes = [.. keys.Select((key, i) => (key ?? HashOf(dataSet.Records[i].Path))?.ToString())];
    }

    private Span<float> Part(float[] row, int view) => row.AsSpan(view * _backbone.FeatureCount, _backbone.FeatureCount);

    private bool Recall(ContentHash key, IReadOnlyList<Augmentation> views, float[] row, Func<int, bool> isWanted)
    {
        for (var v = 0; v < views.Count; v++)
        {
            if (isWanted(v) && !_cache!.TryGet(KeyOf(key, views[v]), Part(row, v)))
                return false;
        }

        return true;
    }

    private static ContentHash KeyOf(ContentHash picture, Augmentation view) => view.Name is { } name
        ? picture.View(name) : picture;

    /// <summary>Runs the network over some of the pictures; rows and errors count by the whole data set.</summary>
    private IEnumerable<FeatureRow> Compute(ImageDataSet dataSet, IReadOnlyList<int> indexes, IReadOnlyList<Augmentation> views)
    {
        if (indexes.Count == 0)
            yield break;
        using var extractor = new FeatureExtractor(_backbone, _options, views);
        try
        {
            using var rows = extractor.Extract(dataSet.Subset(indexes)).GetEnumerator();
            while (MoveNext(rows, indexes))
                yield return rows.Current with { Index = indexes[rows.Current.Index] };
        }
        finally
        {
            _skipped.AddRange(extractor.Skipped.Where(s => _skipped.TrueForAll(known => known.Path != s.Path)));
        }
    }

    private static bool MoveNext(IEnumerator<FeatureRow> rows, IReadOnlyList<int> indexes)
    {
        try
        {
            return rows.MoveNext();
        }
        catch (BadImageException e) when (e.Row >= 0 && e.InnerException is { } cause)
        {
            throw new BadImageException(e.Path, indexes[(int)e.Row], cause);
        }
    }

    /// <summary>Keeps features under the hash of the bytes that they were computed from, which it gives.</summary>
    private ContentHash? Keep(string path, float[] features, IReadOnlyList<Augmentation> views)
    {
        if (!_decoded.TryGetValue(path, out var decoded) || decoded is not { } hash || !_keeps)
            return decoded;
        try
        {
            for (var v = 0; v < views.Count; v++)
                _cache!.Add(KeyOf(hash, views[v]), Part(features, v));
        }
        catch (FeatureCacheException e)
        {
            _keeps = false;
            _notes.Add($"{e.Message} The features of this run are not kept from here on.");
        }

        return decoded;
    }

    // A picture that could not be decoded was hashed too, unless its file was refused unread.
    private ContentHash? HashOf(string path) => _decoded.TryGetValue(path, out var hash) && hash is not null
        ? hash : ContentHash.OfFile(path);

    private Action<ReadOnlySpan<byte>, string?> Remember(Action<ReadOnlySpan<byte>, string?>? other) => (bytes, path) =>
    {
        other?.Invoke(bytes, path);
        if (path is null)
            return;
        ContentHash? hash = new ContentHash(SHA256.HashData(bytes));
        _decoded.AddOrUpdate(path, hash, (_, known) => known == hash ? known : null);
    };
}
