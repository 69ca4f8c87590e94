using MlPipeline.Data;

namespace MlPipeline.Pipeline;

/// <summary>
/// Gives the pooled features of a data set's pictures, in order: those of known contents from the feature cache, without decoding them
/// or running the network; the others are computed in whole batches and kept. A cache that cannot be used costs time only; it is noted.
/// </summary>
public sealed class CachedFeatureExtractor : IDisposable
{
    private readonly Backbone _backbone;
    private readonly BackboneRunOptions _options;
    private readonly FeatureCache? _cache;
    private readonly List<string> _notes = [];
    private FeatureExtractor? _extractor;
    private bool _keeps;

    /// <summary>Opens the cache of a backbone.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <param name="folder">The folder of cache files; <see cref="DefaultFolder"/> when null.</param>
    /// <exception cref="BackboneException">The network has no pooled features.</exception>
    public CachedFeatureExtractor(Backbone backbone, BackboneRunOptions? options = null, string? folder = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        BackboneEstimator.Check(backbone, FeatureExtractor.Columns);
        _backbone = backbone;
        _options = options ?? new BackboneRunOptions();
        try
        {
            _cache = FeatureCache.Open(folder ?? DefaultFolder, FeatureCacheKeys.For(backbone, _options));
            _keeps = true;
            if (_cache.SetAside is { } problem)
            {
                _notes.Add(problem);
            }
        }
        catch (FeatureCacheException e)
        {
            _notes.Add($"{e.Message} Features are computed without it.");
        }
    }

    /// <summary>The folder "features" of <see cref="BackboneCatalog.Home"/>.</summary>
    public static string DefaultFolder => Path.Combine(BackboneCatalog.Home, "features");

    /// <summary>How many pictures came from the cache so far.</summary>
    public int Cached { get; private set; }

    /// <summary>What a user should know of the cache, such as a full disk.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>The pictures that were skipped so far, with the reason.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _extractor?.Skipped ?? [];

    /// <summary>Streams the features of a data set's pictures, lazily. Skipped pictures are missing.</summary>
    /// <param name="dataSet">The pictures.</param>
    /// <param name="contentHashes">What <see cref="DuplicateFinder.HashContents"/> gave for them; computed when null.</param>
    public IEnumerable<FeatureRow> Extract(ImageDataSet dataSet, IReadOnlyList<string?>? contentHashes = null)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        if (contentHashes is not null && contentHashes.Count != dataSet.Records.Count)
        {
            throw new ArgumentException($"{contentHashes.Count} hashes for {dataSet.Records.Count} pictures.", nameof(contentHashes));
        }

        return Stream(dataSet, contentHashes);
    }

    /// <summary>Frees the network's and the cache's memory.</summary>
    public void Dispose()
    {
        _extractor?.Dispose();
        _cache?.Dispose();
    }

    private IEnumerable<FeatureRow> Stream(ImageDataSet dataSet, IReadOnlyList<string?>? contentHashes)
    {
        var hashes = _cache is null ? null : contentHashes ?? DuplicateFinder.HashContents(dataSet, _options.Threads);
        var keys = new ContentHash?[dataSet.Records.Count];
        var missing = new List<int>();
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = hashes?[i] is { } hash ? ContentHash.Parse(hash) : null;
            if (keys[i] is not { } key || !_cache!.Contains(key))
            {
                missing.Add(i);
            }
        }

        using var computed = Compute(dataSet, missing).GetEnumerator();
        var next = 0;
        var more = missing.Count > 0 && computed.MoveNext();
        for (var i = 0; i < keys.Length; i++)
        {
            if (next < missing.Count && missing[next] == i)
            {
                // A row that was skipped is not among the computed ones.
                next++;
                if (more && computed.Current.Index == i)
                {
                    Keep(keys[i], computed.Current);
                    yield return computed.Current;
                    more = computed.MoveNext();
                }
            }
            else if (Recall(keys[i]!.Value) is { } features)
            {
                Cached++;
                yield return new FeatureRow(i, dataSet.Records[i].Path, dataSet.Records[i].Label, features);
            }
            else
            {
                // It was damaged, or pruned and replaced, since the beginning of this pass.
                foreach (var row in Compute(dataSet, [i]))
                {
                    yield return row;
                }
            }
        }
    }

    private float[]? Recall(ContentHash key)
    {
        var features = new float[_backbone.FeatureCount];
        return _cache!.TryGet(key, features) ? features : null;
    }

    /// <summary>Runs the network over some of the pictures; rows and errors count by the whole data set.</summary>
    private IEnumerable<FeatureRow> Compute(ImageDataSet dataSet, IReadOnlyList<int> indexes)
    {
        if (indexes.Count == 0)
        {
            yield break;
        }

        _extractor ??= new FeatureExtractor(_backbone, _options);
        using var rows = _extractor.Extract(dataSet.Subset(indexes)).GetEnumerator();
        while (MoveNext(rows, indexes))
        {
            yield return rows.Current with { Index = indexes[rows.Current.Index] };
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

    private void Keep(ContentHash? key, FeatureRow row)
    {
        // A picture that was replaced after it was hashed must not be kept under what it was.
        if (!_keeps || key is not { } hash || ContentHash.OfFile(row.Path) != hash)
        {
            return;
        }

        try
        {
            _cache!.Add(hash, row.Features);
        }
        catch (FeatureCacheException e)
        {
            _keeps = false;
            _notes.Add($"{e.Message} The features of this run are not kept from here on.");
        }
    }
}
