using MlPipeline.Cli.Commands;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Reports;

/// <summary>Chooses the pictures of a report and makes them small: as many with heatmaps as the file may grow by, more
/// without, and names alone for the rest.</summary>
internal sealed class PictureAlbum(ImageClassificationModel? model, string root, CommandContext context)
{
    private const int ErrorsWithHeatmap = 80;
    private const int HitsWithHeatmap = 24;
    private const int SmallErrors = 300;

    // Bytes of JPEG; in the file they are a third more.
    private const int MostBytes = 2_600_000;

    private const int Side = 240;
    private const int SmallSide = 128;
    private const int Quality = 78;

    /// <summary>All errors, the surest first, and then the least sure hits.</summary>
    public IReadOnlyList<ReportPicture> Of(IReadOnlyList<EvaluatedPicture> answers, IReadOnlyList<string> classes)
    {
        var placeOf = classes.Index().ToDictionary(c => c.Item, c => c.Index, StringComparer.Ordinal);
        ReportPicture Bare(EvaluatedPicture answer) =>
            new(NameOf(answer.Path), placeOf[answer.Label], placeOf[answer.PredictedLabel], answer.Score);
        EvaluatedPicture[] errors = [.. answers.Where(a => a.Label != a.PredictedLabel).OrderByDescending(a => a.Score)
            .ThenBy(a => a.Path, StringComparer.Ordinal)];
        EvaluatedPicture[] hits = [.. answers.Where(a => a.Label == a.PredictedLabel).OrderBy(a => a.Score)
            .ThenBy(a => a.Path, StringComparer.Ordinal).Take(HitsWithHeatmap)];
        EvaluatedPicture[] whole = [.. errors.Take(ErrorsWithHeatmap), .. hits];
        EvaluatedPicture[] small = [.. errors.Skip(ErrorsWithHeatmap).Take(SmallErrors)];
        List<(byte[]? Picture, byte[]? Overlay)> made = [];
        using (var stage = context.Progress.Begin("report", whole.Length + small.Length))
        {
            foreach (var images in Parallel(Explain(whole), Whole)
                    .Concat(Parallel(small, a => (Small(a.Path, SmallSide), (byte[]?)null))))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                made.Add(images);
                stage.Report(made.Count);
            }
        }

        // What is shown first fits first: errors, hits, small errors.
        long bytes = 0;
        for (var i = 0; i < made.Count; i++)
        {
            bytes += (made[i].Picture?.Length ?? 0) + (made[i].Overlay?.Length ?? 0);
            if (bytes > MostBytes)
                made[i] = (null, null);
        }

        var shown = whole.Concat(small).Zip(made, (answer, images) =>
            Bare(answer) with { Picture = images.Picture, Overlay = images.Overlay });
        return [.. shown.Concat(errors.Skip(ErrorsWithHeatmap + SmallErrors).Select(Bare)).OrderBy(p => p.IsCorrect)
            .ThenBy(p => p.IsCorrect ? p.Score : -p.Score)];
    }

    /// <summary>A picture's path in its data set.</summary>
    public string NameOf(string path)
    {
        var name = Path.GetRelativePath(root, path);
        return name.StartsWith("..", StringComparison.Ordinal) ? path : name;
    }

    /// <summary>A picture as JPEG with its longer side at most so long; null when it cannot be read any more.</summary>
    public static byte[]? Small(string path, int side)
    {
        try
        {
            using var picture = ImageDecoder.DecodeFile(path,
                new DecodeOptions { AtLeast = (side, side), MaxPixels = DecodeOptions.MostPixels });
            return Thumbnail(picture, side);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>How many pictures have which size, upright, the most frequent first; what cannot be read is left out.</summary>
    public IReadOnlyList<(int Width, int Height, int Count)> Sizes(IReadOnlyList<ImageRecord> records) =>
        [.. Parallel(records, record => SizeOf(record.Path)).OfType<(int Width, int Height)>().CountBy(size => size)
            .OrderByDescending(size => size.Value).ThenBy(size => size.Key).Select(s => (s.Key.Width, s.Key.Height, s.Value))];

    /// <summary>Does something with each on other threads, and gives the results in order.</summary>
    public IEnumerable<TResult> Parallel<T, TResult>(IEnumerable<T> items, Func<T, TResult> work)
    {
        var threads = context.Threads > 0 ? context.Threads : Environment.ProcessorCount;
        return items.AsParallel().AsOrdered().WithDegreeOfParallelism(threads).WithCancellation(context.Cancellation)
            .WithMergeOptions(ParallelMergeOptions.NotBuffered).Select(work);
    }

    private static (int Width, int Height)? SizeOf(string path)
    {
        try
        {
            var info = ImageDecoder.IdentifyFile(path);
            return info.Orientation >= 5 ? (info.Height, info.Width) : (info.Width, info.Height);
        }
        catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Heatmaps are of the class that was said; a model that was trained on more pictures than the head that said it may say
    // another.
    private ImageExplanation[] Explain(IReadOnlyList<EvaluatedPicture> answers)
    {
        ImageExplanation[] explanations = [.. answers.Select(a =>
            new ImageExplanation(Picture.FromFile(a.Path), new ImagePrediction { Path = a.Path }, null))];
        if (model?.Head is null || model.Backbone.FeatureMapPooling == MapPooling.None)
            return explanations;
        foreach (var said in answers.Index().GroupBy(a => a.Item.PredictedLabel, StringComparer.Ordinal))
        {
            foreach (var (answer, explanation) in said.Zip(model.Explain(said.Select(a => a.Item.Path), said.Key)))
                explanations[answer.Index] = explanation;
        }

        return explanations;
    }

    private static (byte[]? Picture, byte[]? Overlay) Whole(ImageExplanation explanation)
    {
        if (explanation.Prediction.Error is not null)
            return (null, null);
        if (explanation.Heatmap is not { } heatmap)
            return (Small(explanation.Prediction.Path, Side), null);
        using var picture = explanation.Picture.Decode(new DecodeOptions { MaxPixels = DecodeOptions.MostPixels });
        using var overlay = heatmap.OverlayOn(picture, box: heatmap.Box());
        return (Thumbnail(picture, Side), Thumbnail(overlay, Side));
    }

    /// <summary>A picture as JPEG with its longer side at most so long.</summary>
    public static byte[] Thumbnail(Raster picture, int side)
    {
        var scale = Math.Min(1, side / (double)Math.Max(picture.Width, picture.Height));
        using var small = Resampler.Resize(picture, Math.Max(1, (int)(picture.Width * scale)),
            Math.Max(1, (int)(picture.Height * scale)), ResampleFilter.Bilinear);
        return JpegEncoder.Encode(small, Quality);
    }
}
