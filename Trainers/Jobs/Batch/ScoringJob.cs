using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Trainers.Jobs.Batch;

namespace MlPipeline;

/// <summary>
/// Labels the pictures of a folder or manifest, however many, and writes a row for each, in order and exactly once: a job that
/// was stopped at any moment, and is resumed, ends with the bytes of one that was not.
/// </summary>
/// <remarks>
/// While it works, rows stand in <c>FILE.partial</c>, the list of pictures as it was at the beginning in
/// <c>FILE.partial.listing</c>, and <c>FILE.job.json</c> says what they were made from and how many are safe on disk. That one
/// stays beside the finished file. Held in memory are a few thousand paths, the pictures under way, and while the pictures are
/// listed the names in one folder.
/// </remarks>
public sealed class ScoringJob
{
    // Between two of these, rows are on their way: what a kill takes back. A pass over the network ends with each chunk.
    private static readonly TimeSpan s_checkpointInterval = TimeSpan.FromSeconds(2);
    private const int ChunkLength = 4096;
    private const int MostNamed = 10;

    private readonly string _modelPath;
    private readonly ScoringOptions _options;

    /// <summary>Makes the job.</summary>
    /// <param name="modelPath">The model file.</param>
    /// <param name="options">Null for the defaults.</param>
    public ScoringJob(string modelPath, ScoringOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(modelPath);
        (_modelPath, _options) = (modelPath, options ?? new ScoringOptions());
    }

    /// <summary>Scores the pictures.</summary>
    /// <param name="data">A folder with all pictures below it, or a manifest with a column of paths; where it has classes too,
    /// they are written as <c>actual</c>.</param>
    /// <param name="output">The file: .csv, .jsonl (as <see cref="PredictionWriter"/> writes them) or .parquet.</param>
    /// <param name="progress">Told the stages "listing", "scoring" and, for Parquet, "writing", and the first bad pictures; null
    /// for nobody.</param>
    /// <param name="cancellation">Stops the job; what is done is kept to be resumed.</param>
    /// <exception cref="JobException">There are no pictures, the file is there already, what is to be resumed was begun with
    /// another model, other data or settings, or the disk is full.</exception>
    /// <exception cref="DataSourceException">The data cannot be read.</exception>
    /// <exception cref="ModelFileException">The model cannot be loaded.</exception>
    /// <exception cref="OperationCanceledException">The job was cancelled.</exception>
    public ScoringResult Run(string data, string output, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(data);
        ArgumentException.ThrowIfNullOrEmpty(output);
        progress ??= JobProgress.None;
        var clock = Stopwatch.StartNew();
        output = _options.Shard?.PathOf(output) ?? output;
        var isParquet = FormatOf(output) == ".parquet";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(output))!);
            var place = new BatchPlace(output, isParquet);
            var known = place.Begin(_options.Resume, _options.Replace);
            using var model = ImageClassificationModel.Load(_modelPath, _options.Run);
            var listing = new PictureListing(data, _options.FollowLinks);
            var settings = SettingsOf(data);
            if (known is not null)
                place.RefuseOther(known, settings, Engine, _options.Shard, progress);
            using var partial = place.Open(ref known);
            var receipt = known ?? List(place, listing, data, settings, progress, cancellation);
            var resumed = receipt.Done;
            if (partial is not null)
            {
                receipt = Score(model, place, partial, receipt, listing.HasLabels, progress, cancellation);
                partial.Dispose();
                using var stage = progress.Begin("writing", receipt.Rows);
                receipt = place.Complete(receipt, target => ParquetPredictions.FromJsonLines(place.Partial, target,
                    Classes(model), listing.HasLabels, stage, cancellation));
            }

            place.Publish(receipt);
            return new ScoringResult
            {
                Out = output,
                Shard = receipt.Shard,
                Images = receipt.Done,
                Failed = receipt.Failed,
                Resumed = resumed,
                Ignored = receipt.Ignored,
                Seconds = clock.Elapsed.TotalSeconds,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{output}: it cannot be written: {e.Message.TrimEnd('.')}. What is done is kept; the same "
                + "job with resume (--resume) goes on when this is mended.");
        }
    }

    /// <summary>The extension of a file that can be written, in lower case.</summary>
    /// <exception cref="JobException">It is another one.</exception>
    public static string FormatOf(string output) =>
        Path.GetExtension(output).ToLowerInvariant() is var extension and (".csv" or ".jsonl" or ".parquet") ? extension
            : throw new JobException($"scores are written as .csv, .jsonl or .parquet, not '{Path.GetFileName(output)}'.");

    private IRuntime Runtime => _options.Run.Runtime ?? new ManagedRuntime();

    private string Engine => Runtime.Identity;

    private IReadOnlyList<string> Classes(ImageClassificationModel model) => _options.AllScores ? model.ClassNames : [];

    private SortedDictionary<string, string> SettingsOf(string data)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["kind"] = "scores",
            ["model"] = Digests.OfFile(_modelPath),
            ["data"] = data,
            ["all scores"] = _options.AllScores ? "yes" : "no",
            ["runtime"] = Runtime.Name,
            ["largest picture"] = $"{_options.Run.Decode.MaxPixels} pixels",
            ["links"] = _options.FollowLinks ? "followed" : "not followed",
        };
        if (File.Exists(data))
            settings["manifest"] = Digests.OfFile(data);
        return settings;
    }

    private BatchReceipt List(BatchPlace place, PictureListing listing, string data,
        SortedDictionary<string, string> settings, IJobProgress progress, CancellationToken cancellation)
    {
        var (digest, pictures, from, to) =
            FrozenListing.Write(place.Listing, listing, _options.Shard, data, progress, cancellation);
        foreach (var (reason, count) in listing.Ignored)
            progress.Note($"note: not used, {reason}: {count}");
        var receipt = new BatchReceipt
        {
            Settings = settings,
            Engine = Engine,
            Shard = _options.Shard?.ToString(),
            Listing = digest,
            Pictures = pictures,
            From = from,
            To = to,
            Ignored = listing.Ignored.Values.Sum(),
        };
        receipt.Write(place.Output);
        return receipt;
    }

    private BatchReceipt Score(ImageClassificationModel model, BatchPlace place, FileStream partial, BatchReceipt receipt,
        bool hasActual, IJobProgress progress, CancellationToken cancellation)
    {
        var isCsv = FormatOf(place.Output) == ".csv";
        var writer = new PredictionWriter(partial, isCsv, Classes(model), hasActual);
        if (receipt.Bytes == 0)
        {
            writer.WriteHeader();
            writer.Flush();
            receipt = receipt with { Header = isCsv ? partial.Position : 0 };
        }

        var (done, failed, total) = (receipt.Done, receipt.Failed, receipt.To - receipt.From);
        var since = Stopwatch.StartNew();
        using var stage = progress.Begin("scoring", total, "images", done);
        foreach (var chunk in FrozenListing.Read(place.Listing).Skip((int)done).Chunk(ChunkLength))
        {
            using var predictions = model.Predict(chunk.Where(p => p.Error is null).Select(p => Picture.FromFile(p.Path)))
                .GetEnumerator();
            foreach (var picture in chunk)
            {
                if (cancellation.IsCancellationRequested)
                {
                    Checkpoint();
                    progress.Note($"stopped after {done} of {total} pictures; the same with resume (--resume) goes on");
                    cancellation.ThrowIfCancellationRequested();
                }

                if (picture.Error is null && !predictions.MoveNext())
                    throw new InvalidOperationException($"{picture.Path}: the model gave no answer.");
                var prediction = picture.Error is null ? predictions.Current
                    : new ImagePrediction { Path = picture.Path, Error = picture.Error };
                writer.Write(prediction with { Path = picture.Name }, picture.Label);
                done++;
                if (prediction.Error is { } error && ++failed - receipt.Failed <= MostNamed)
                    progress.Note($"{picture.Name}: {error}");
                stage.Report(done);
                if (since.Elapsed > s_checkpointInterval)
                    Checkpoint();
            }
        }

        if (done != total)
            throw new JobException($"{place.Listing}: it lists {done} pictures, and {total} are to be scored.");
        Checkpoint();
        return Now();

        BatchReceipt Now() => receipt with { Done = done, Rows = done, Failed = failed, Bytes = partial.Position };

        void Checkpoint()
        {
            writer.Flush();
            partial.Flush(flushToDisk: true);
            Now().Write(place.Output);
            since.Restart();
        }
    }
}
