using MlPipeline.Data.FeatureCache;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Jobs;

/// <summary>What there is to know of a data set's pictures before any network sees them: which can be read, and what is in
/// them.</summary>
/// <param name="Rows">The pictures that can be read, without features.</param>
/// <param name="Pictures">The same.</param>
/// <param name="Skipped">The others, with the reason.</param>
/// <param name="ContentHashes">SHA-256 of each picture of the data set; null for a file that cannot be read.</param>
/// <param name="Inputs">For each of the rows what its normalisation is measured by; empty where that is not wanted.</param>
internal sealed record ReadPictures(IReadOnlyList<FeatureRow> Rows, IReadOnlyList<Picture> Pictures,
    IReadOnlyList<SkippedImage> Skipped, IReadOnlyList<string?> ContentHashes, IReadOnlyList<InputSums> Inputs)
{
    /// <summary>Reads all pictures, each once.</summary>
    /// <param name="data">The pictures.</param>
    /// <param name="pictures">Decodes them, and keeps what it has room for.</param>
    /// <param name="measured">What the input is measured for; null where it is not.</param>
    /// <param name="threads">Most threads; 0 for all cores.</param>
    /// <param name="progress">Told the stage "pictures".</param>
    /// <param name="cancellation">Stops it.</param>
    public static ReadPictures Run(ImageDataSet data, KeptPictures pictures, Preprocessing? measured, int threads,
        IJobProgress progress, CancellationToken cancellation)
    {
        var count = data.Records.Count;
        Picture[] all = [.. data.Records.Select(r => Picture.FromFile(r.Path))];
        var (hashes, reasons) = (new string?[count], new string?[count]);
        var inputs = new InputSums[measured is null ? 0 : count];
        long done = 0;
        using (var stage = progress.Begin("pictures", count))
        {
            ParallelOptions parallel = new()
            {
                MaxDegreeOfParallelism = threads == 0 ? -1 : threads,
                CancellationToken = cancellation,
            };
            Parallel.For(0, count, parallel, i =>
            {
                var path = data.Records[i].Path;
                try
                {
                    var (picture, hash) = pictures.OpenHashed(all[i]);
                    using (picture)
                    {
                        hashes[i] = hash;
                        if (measured is not null)
                            inputs[i] = InputMeasure.Of(picture, measured);
                    }
                }
                catch (Exception error) when (error is ImageDecodeException or IOException or UnauthorizedAccessException
                    or InvalidDataException)
                {
                    reasons[i] = new BadImageException(path, i, error).Reason;
                    hashes[i] = ContentHash.OfFile(path)?.ToString();
                }

                stage.Report(Interlocked.Increment(ref done));
            });
        }

        int[] good = [.. Enumerable.Range(0, count).Where(i => reasons[i] is null)];
        return new ReadPictures(
            [.. good.Select(i => new FeatureRow(i, data.Records[i].Path, data.Records[i].Label, []))],
            [.. good.Select(i => all[i])],
            [.. data.Records.Zip(reasons).Where(r => r.Second is not null).DistinctBy(r => r.First.Path)
                .Select(r => new SkippedImage(r.First.Path, r.Second!))],
            hashes, measured is null ? [] : [.. good.Select(i => inputs[i])]);
    }
}
