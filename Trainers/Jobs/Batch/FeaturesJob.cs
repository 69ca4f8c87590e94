using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Jobs.Batch;

namespace MlPipeline;

/// <summary>How <see cref="FeaturesJob"/> works. Immutable.</summary>
public sealed record FeaturesOptions : JobOptions
{
    /// <summary>The network whose features are written.</summary>
    public required Backbone Backbone { get; init; }

    /// <summary>The part of the pictures that is worked on, into a file of its own (<see cref="Shard.PathOf"/>); null (default)
    /// for all.</summary>
    public Shard? Shard { get; init; }
}

/// <summary>What <see cref="FeaturesJob"/> wrote.</summary>
public sealed record FeaturesResult
{
    /// <summary>The file.</summary>
    public required string Out { get; init; }

    /// <summary>The shard, such as 2/4; null for all pictures.</summary>
    public string? Shard { get; init; }

    /// <summary>Pictures that were written.</summary>
    public required int Images { get; init; }

    /// <summary>How many features each picture has.</summary>
    public required int Features { get; init; }

    /// <summary>Pictures whose features came from the feature cache.</summary>
    public int Cached { get; init; }

    /// <summary>How many pictures were left out.</summary>
    public int Skipped => SkippedFiles.Count;

    /// <summary>Which these are, and why.</summary>
    public IReadOnlyList<SkippedImage> SkippedFiles { get; init; } = [];

    /// <summary>How many files, folders and links of the data set are not used.</summary>
    public int Ignored => IgnoredFiles.Count;

    /// <summary>Which these are, and why (see <see cref="ImageDataSet.Ignored"/>).</summary>
    public IReadOnlyList<SkippedImage> IgnoredFiles { get; init; } = [];

    /// <summary>Wall-clock seconds.</summary>
    public double Seconds { get; init; }
}

/// <summary>Writes the features of a data set's pictures to a CSV or NumPy file (<see cref="FeatureFile"/>).</summary>
public sealed class FeaturesJob
{
    private readonly FeaturesOptions _options;

    /// <summary>Makes the job.</summary>
    public FeaturesJob(FeaturesOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
    }

    /// <summary>Computes the features, or takes them from the cache, and writes them.</summary>
    /// <param name="data">The pictures, those of all parts of a split data set.</param>
    /// <param name="output">The file: .csv or .npy. That of a shard has a <c>.job.json</c> beside it, for
    /// <see cref="MergeJob"/>.</param>
    /// <param name="progress">Told the stage "features" and what was skipped; null for nobody.</param>
    /// <param name="cancellation">Stops the job; nothing is left behind.</param>
    /// <exception cref="DataSourceException">Pictures cannot be read and are not to be skipped; all are named.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public FeaturesResult Run(ImageDataSet data, string output, IJobProgress? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(output);
        progress ??= JobProgress.None;
        var clock = Stopwatch.StartNew();
        data = data.Joined();
        var path = _options.Shard?.PathOf(output) ?? output;
        var (from, to) = _options.Shard?.RangeOf(data.Records.Count) ?? (0, data.Records.Count);
        var part = _options.Shard is null ? data : data.Subset(Enumerable.Range((int)from, (int)(to - from)));
        var listing = _options.Run with { BadImages = BadImagePolicy.Skip };
        using var cache = _options.UseCache
            ? new CachedFeatureExtractor(_options.Backbone, listing, _options.CacheFolder) : null;
        using var network = _options.UseCache ? null : new FeatureExtractor(_options.Backbone, listing);
        using var writer = FeatureFile.Create(path);
        var written = 0;
        using (var stage = progress.Begin("features", part.Records.Count))
        {
            foreach (var row in cache?.Extract(part) ?? network!.Extract(part))
            {
                cancellation.ThrowIfCancellationRequested();
                writer.Write(row.Path, row.Label, row.Features);
                stage.Report(++written);
            }
        }

        var left = cache?.Skipped ?? network!.Skipped;
        if (left.Count > 0 && _options.Run.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, left);
        writer.Complete();
        if (_options.Shard is { } shard)
            WriteReceipt(data, path, shard, (from, to), written);
        foreach (var skipped in left)
            progress.Note($"skipped {skipped.Path}: {skipped.Reason}");
        foreach (var note in cache?.Notes ?? [])
            progress.Note($"note: {note}");
        return new FeaturesResult
        {
            Out = path,
            Shard = _options.Shard?.ToString(),
            Images = written,
            Features = _options.Backbone.FeatureCount,
            Cached = cache?.Cached ?? 0,
            SkippedFiles = left,
            IgnoredFiles = data.Ignored,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    private void WriteReceipt(ImageDataSet data, string path, Shard shard, (long From, long To) range, int written)
    {
        using var digest = new ListingDigest();
        foreach (var record in data.Records)
            digest.Add(new ListedPicture(record.Path, record.Path, record.Label));
        var key = FeatureCacheKeys.For(_options.Backbone, _options.Run);
        BatchFile[] files = Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase)
            ? [BatchFile.Of(path, "", NpyFeatureWriter.HeaderLength), BatchFile.Of(path, ".tsv", FirstLine(path + ".tsv"))]
            : [BatchFile.Of(path, "", FirstLine(path))];
        new BatchReceipt
        {
            Settings = new(StringComparer.Ordinal)
            {
                ["kind"] = "features",
                ["backbone"] = $"{_options.Backbone.Name} {_options.Backbone.Sha256}",
                ["features"] = $"{_options.Backbone.FeatureCount} from {_options.Backbone.FeaturesFrom}",
                ["preprocessing"] = _options.Backbone.Preprocessing.Fingerprint,
                ["bad images"] = _options.Run.BadImages == BadImagePolicy.Skip ? "skipped" : "none",
            },
            Engine = $"{key.Graph}, {key.Preprocessing}",
            Shard = shard.ToString(),
            Listing = digest.Result(),
            Pictures = data.Records.Count,
            From = range.From,
            To = range.To,
            Done = range.To - range.From,
            Failed = range.To - range.From - written,
            Rows = written,
            Bytes = files[0].Bytes,
            Header = files[0].Header,
            Ignored = data.Ignored.Count,
            Complete = true,
            Files = files,
        }.Write(path);
    }

    private static long FirstLine(string path)
    {
        using var stream = new BufferedStream(File.OpenRead(path));
        while (stream.ReadByte() is >= 0 and not '\n')
        {
        }

        return stream.Position;
    }
}
