using System.CommandLine;
using System.Diagnostics;
using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Cli.Commands;

/// <summary>Writes the pooled features of a data set's pictures to a file.</summary>
internal static class FeaturesCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out", "-o") { Description = "The file to write: .csv or .npy.", Required = true };
        var noCache = CacheCommand.NoCacheOption();
        var command = new Command("features", "Write a backbone's features of all pictures to a CSV or NumPy file.")
        {
            output, noCache,
        };
        var data = new DataArguments(command);
        var outputs = new OutputFiles(command);
        var network = new BackboneArguments(command);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var path = parsed.GetRequiredValue(output);
            if (Path.GetExtension(path).ToLowerInvariant() is not (".csv" or ".npy"))
                throw new UsageException($"--out must end in .csv or .npy, not '{Path.GetFileName(path)}'.");
            var (source, isArray) = (data.PathOf(parsed), path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase));
            outputs.Check(parsed, [("--out", path), ("--out", isArray ? path + ".tsv" : null)], [source]);
            var pictures = data.Open(parsed, context).Joined();
            var backbone = network.Resolve(parsed, context, pictures);
            var run = network.RunOptions(parsed, context) with { BadImages = data.BadImages(parsed) };
            var result = Write(pictures, backbone, run, path,
                !parsed.GetValue(noCache), context);
            context.Write(result,
                r =>
                    Console.WriteLine(
                        $"{r.Images} x {r.Features} features written "
                        + $"to {r.Out} in {r.Seconds:0.0} s "
                        + $"({(r.Cached == r.Images ? "all from the cache" : $"{r.Cached} from the cache")})"
                        + $"{(r.Skipped > 0 ? $"; {r.Skipped} skipped" : "")}"));
            return CommandLine.Good;
        });
        return command;
    }

    private static Result Write(ImageDataSet data, Backbone backbone, BackboneRunOptions run, string path, bool useCache,
        CommandContext context)
    {
        var clock = Stopwatch.StartNew();
        var listing = run with { BadImages = BadImagePolicy.Skip };
        using var cache = useCache ? new CachedFeatureExtractor(backbone, listing) : null;
        using var network = useCache ? null : new FeatureExtractor(backbone, listing);
        using var writer = FeatureFile.Create(path);
        var written = 0;
        using (var stage = context.Progress.Begin("features", data.Records.Count))
        {
            foreach (var row in cache?.Extract(data) ?? network!.Extract(data))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                writer.Write(row.Path, row.Label, row.Features);
                stage.Report(++written);
            }
        }

        var left = cache?.Skipped ?? network!.Skipped;
        if (left.Count > 0 && run.BadImages == BadImagePolicy.Throw)
            throw new DataSourceException(data.ManifestPath ?? data.Root, left);
        writer.Complete();
        foreach (var skipped in left)
            context.Progress.Note($"skipped {skipped.Path}: {skipped.Reason}");
        foreach (var note in cache?.Notes ?? [])
            context.Progress.Note($"note: {note}");
        return new Result(path, written, backbone.FeatureCount, cache?.Cached ?? 0, left.Count, left,
            data.Ignored.Count, data.Ignored, clock.Elapsed.TotalSeconds);
    }

    private sealed record Result(string Out, int Images, int Features, int Cached, int Skipped,
        IReadOnlyList<SkippedImage> SkippedFiles, int Ignored, IReadOnlyList<SkippedImage> IgnoredFiles, double Seconds);
}
