using System.Text.Json;
using MlPipeline.Data.Sources;

namespace MlPipeline.Trainers.Jobs.Batch;

/// <summary>The pictures of one job or shard, written down when it begins: however the folder changes meanwhile, and however
/// often the job is stopped, it does these and no others. A JSON array a line.</summary>
internal static class FrozenListing
{
    /// <summary>Writes down a shard's part of a listing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="listing">The pictures.</param>
    /// <param name="shard">The part; null for all.</param>
    /// <param name="data">What is listed, for errors.</param>
    /// <param name="progress">Told the stage "listing".</param>
    /// <param name="cancellation">Stops it.</param>
    /// <exception cref="JobException">There are no pictures, or they changed between two looks.</exception>
    public static (string Digest, long Pictures, long From, long To) Write(string path, PictureListing listing, Shard? shard,
        string data, IJobProgress progress, CancellationToken cancellation)
    {
        // Where a shard begins shows only when all are counted.
        var (counted, known) = shard is null ? (0, null) : Pass(null, 0, long.MaxValue);
        var (from, to) = shard?.RangeOf(counted) ?? (0, long.MaxValue);
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        var (pictures, digest) = Pass(stream, from, to);
        if (known is not null && known != digest)
        {
            throw new JobException($"{data}: its pictures changed while they were listed; start again, or list them in a "
                + "manifest that does not change.");
        }

        if (pictures == 0)
            throw new JobException($"{data}: there are no pictures.");
        stream.Flush(flushToDisk: true);
        return (digest!, pictures, from, Math.Min(to, pictures));

        (long Pictures, string? Digest) Pass(Stream? into, long first, long end)
        {
            using var stage = progress.Begin("listing");
            using var digest = new ListingDigest();
            foreach (var picture in listing.Read())
            {
                cancellation.ThrowIfCancellationRequested();
                if (into is not null && digest.Count >= first && digest.Count < end)
                {
                    JsonSerializer.Serialize(into, new[] { picture.Name, picture.Path, picture.Label, picture.Error });
                    into.WriteByte((byte)'\n');
                }

                digest.Add(picture);
                stage.Report(digest.Count);
            }

            return (digest.Count, digest.Result());
        }
    }

    /// <summary>The pictures again, lazily.</summary>
    public static IEnumerable<ListedPicture> Read(string path) => File.ReadLines(path)
        .Select(line => JsonSerializer.Deserialize<string?[]>(line) is [{ } name, { } file, var label, var error]
            ? new ListedPicture(name, file, label, error) : throw new JobException($"{path}: this is no list of pictures."));
}
