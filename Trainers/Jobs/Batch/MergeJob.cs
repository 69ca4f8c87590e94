using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using MlPipeline.Data.Files;
using MlPipeline.Data.Sources;
using MlPipeline.Trainers.Jobs.Batch;

namespace MlPipeline;

/// <summary>What <see cref="MergeJob"/> did.</summary>
/// <param name="Out">The file of the whole.</param>
/// <param name="Shards">How many shards it was made of.</param>
/// <param name="Images">The pictures of all shards.</param>
/// <param name="Failed">How many of them could not be used.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
public sealed record MergeResult(string Out, int Shards, long Images, long Failed, double Seconds);

/// <summary>Makes one file of the files that the shards of a <see cref="ScoringJob"/> or <see cref="FeaturesJob"/> wrote: the
/// bytes that one job on all pictures would have written.</summary>
public sealed partial class MergeJob
{
    private readonly int? _shards;
    private readonly bool _replace;

    /// <summary>Makes the job.</summary>
    /// <param name="shards">How many shards there are; null (default) where shards of one count lie there.</param>
    /// <param name="replace">Whether a file that is there is replaced. Default false.</param>
    public MergeJob(int? shards = null, bool replace = false) => (_shards, _replace) = (shards, replace);

    /// <summary>Checks that every shard is there, complete, undamaged and of the same job, and joins them. The shards' files
    /// stay.</summary>
    /// <param name="output">The file of the whole, beside which the shards lie (<see cref="Shard.PathOf"/>).</param>
    /// <param name="progress">Told the stage "merging"; null for nobody.</param>
    /// <param name="cancellation">Stops the job; nothing is left behind.</param>
    /// <exception cref="JobException">The file is there already, or shards are missing, unfinished, damaged or of other jobs; all
    /// are named.</exception>
    public MergeResult Run(string output, IJobProgress? progress = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(output);
        progress ??= JobProgress.None;
        var clock = Stopwatch.StartNew();
        if (File.Exists(output) && !_replace)
            throw new JobException($"{output} is there already; replace it (--force), or choose another name.");
        var count = CountOf(output);
        string[] parts = [.. Enumerable.Range(1, count).Select(i => new Shard(i, count).PathOf(output))];
        var receipts = RequireWhole(output, parts);
        try
        {
            using var stage = progress.Begin("merging", count, "shards");
            var whole = Path.GetExtension(output).Equals(".parquet", StringComparison.OrdinalIgnoreCase)
                ? JoinParquet(output, parts, receipts, stage, cancellation)
                : JoinBytes(output, parts, receipts, stage, cancellation);
            whole.Write(output);
            return new MergeResult(output, count, whole.Done, whole.Failed, clock.Elapsed.TotalSeconds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{output}: it cannot be written: {e.Message}");
        }
    }

    private int CountOf(string output)
    {
        if (_shards is { } given)
            return new Shard(1, given).Count;
        var folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        var (name, extension) = (Path.GetFileNameWithoutExtension(output), Path.GetExtension(output));
        var receipts = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*" + BatchReceipt.PathFor(extension)) : Enumerable.Empty<string>();
        int[] counts = [.. receipts
            .Select(f => Path.GetFileName(f)[..^BatchReceipt.PathFor("").Length])
            .Select(f => (File: f, Count: CountInName().Match(Path.GetFileNameWithoutExtension(f)) is { Success: true } m
                && int.TryParse(m.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                && int.TryParse(m.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
                && i >= 1 && i <= n && new Shard(i, n).PathOf(name + extension) == f ? n : 0))
            .Where(f => f.Count > 0).Select(f => f.Count).Distinct().Order()];
        return counts switch
        {
            [var one] => one,
            [] => throw new JobException($"{output}: there are no shards of it; expected files such as "
                + $"{Path.GetFileName(new Shard(1, 4).PathOf(output))}, each with its {BatchReceipt.PathFor("")}, beside it."),
            _ => throw new JobException($"{output}: there are shards of {string.Join(" and of ", counts)}; say which count is "
                + "meant (--shards), or remove the others."),
        };
    }

    /// <summary>The receipts of all shards.</summary>
    private static BatchReceipt[] RequireWhole(string output, string[] parts)
    {
        BatchReceipt?[] receipts = [.. parts.Select(BatchReceipt.Read)];
        List<string> faults = [];
        var first = receipts.FirstOrDefault(r => r is not null);
        for (var i = 0; i < parts.Length; i++)
        {
            if (FaultOf(parts[i], receipts[i], first, new Shard(i + 1, parts.Length)) is { } fault)
                faults.Add($"{Path.GetFileName(parts[i])} {fault}");
        }

        if (faults.Count == 0)
            return receipts!;
        throw new JobException($"{output}: {faults.Count} of {parts.Length} shards cannot be merged: "
            + $"{NameList.Of(faults, "; ")}. Run these shards again.");
    }

    private static string? FaultOf(string part, BatchReceipt? receipt, BatchReceipt? first, Shard shard)
    {
        if (receipt is null)
            return File.Exists(part) ? $"has no {BatchReceipt.PathFor("")} beside it" : "is not there";
        if (first!.DifferencesTo(receipt) is { Count: > 0 } differences)
            return $"is of another job: {string.Join("; ", differences)}";
        if (receipt.Listing != first.Listing || receipt.Pictures != first.Pictures)
        {
            return $"was made of another list of pictures ({receipt.Pictures}, the first {first.Pictures}): the data changed "
                + "between the shards; list the pictures in a manifest";
        }

        if (!receipt.Complete)
            return $"is not complete: {receipt.Done} of {receipt.To - receipt.From} pictures are done";
        if (receipt.Shard != shard.ToString() || (receipt.From, receipt.To) != shard.RangeOf(receipt.Pictures)
            || receipt.Done != receipt.To - receipt.From)
        {
            return $"says that it is shard {receipt.Shard}, pictures {receipt.From} to {receipt.To}";
        }

        foreach (var file in receipt.Files)
        {
            var info = new FileInfo(part + file.Suffix);
            if (!info.Exists || info.Length != file.Bytes)
                return info.Exists ? $"has {info.Length} bytes, and had {file.Bytes}" : $"{file.Suffix} is not there".TrimStart();
        }

        return null;
    }

    private static BatchReceipt Whole(BatchReceipt[] receipts, IReadOnlyList<BatchFile> files, long bytes) => receipts[0] with
    {
        Shard = null,
        From = 0,
        To = receipts[0].Pictures,
        Done = receipts.Sum(r => r.Done),
        Rows = receipts.Sum(r => r.Rows),
        Failed = receipts.Sum(r => r.Failed),
        Bytes = bytes,
        Header = files[0].Header,
        Files = files,
    };

    private static BatchReceipt JoinParquet(string output, string[] parts, BatchReceipt[] receipts, IJobStage stage,
        CancellationToken cancellation)
    {
        foreach (var (part, receipt) in parts.Zip(receipts))
        {
            if (Digests.OfFile(part) != receipt.Files[0].Sha256)
                throw Damaged(part);
        }

        var beside = $"{output}.{Guid.NewGuid():N}.tmp";
        try
        {
            var rows = ParquetPredictions.Join(parts, beside, stage, cancellation);
            if (rows != receipts.Sum(r => r.Rows))
                throw new JobException($"{output}: the shards have {rows} rows, and should have {receipts.Sum(r => r.Rows)}.");
            var file = BatchFile.Of(beside, "", 0);
            File.Move(beside, output, overwrite: true);
            return Whole(receipts, [file], receipts.Sum(r => r.Bytes));
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static BatchReceipt JoinBytes(string output, string[] parts, BatchReceipt[] receipts, IJobStage stage,
        CancellationToken cancellation)
    {
        // An empty shard may know nothing of the columns.
        var model = Math.Max(0, Array.FindIndex(receipts, r => r.Rows > 0));
        var rows = receipts.Sum(r => r.Rows);
        List<ReplacedFile> files = [];
        try
        {
            for (var f = 0; f < receipts[0].Files.Count; f++)
            {
                var file = new ReplacedFile(output + receipts[0].Files[f].Suffix);
                files.Add(file);
                file.Stream.Write(HeaderOf(parts[model], receipts[model].Files[f], rows));
                for (var i = 0; i < parts.Length; i++)
                {
                    CopyRows(parts[i], receipts[i].Files[f], file.Stream, cancellation);
                    stage.Report(i + 1);
                }
            }

            foreach (var file in files)
                file.Complete();
        }
        finally
        {
            files.ForEach(f => f.Dispose());
        }

        BatchFile[] written = [.. receipts[model].Files.Select(f => BatchFile.Of(output, f.Suffix, f.Header))];
        return Whole(receipts, written, written[0].Bytes);
    }

    private static byte[] HeaderOf(string part, BatchFile file, long rows)
    {
        var header = new byte[file.Header];
        using (var stream = File.OpenRead(part + file.Suffix))
            stream.ReadExactly(header);
        if (header is not [0x93, (byte)'N', (byte)'U', ..])
            return header;

        // A NumPy header says how many rows follow, and is filled with spaces up to its length.
        var text = RowsInHeader().Replace(Encoding.Latin1.GetString(header).TrimEnd('\n', ' '),
            string.Create(CultureInfo.InvariantCulture, $"'shape': ({rows}, "));
        return Encoding.Latin1.GetBytes(text.PadRight(header.Length - 1) + "\n");
    }

    private static void CopyRows(string part, BatchFile file, Stream target, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = File.OpenRead(part + file.Suffix);
        var buffer = new byte[1 << 20];
        var skip = file.Header;
        while (stream.Read(buffer) is > 0 and var read)
        {
            cancellation.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
            var from = (int)Math.Min(skip, read);
            target.Write(buffer, from, read - from);
            skip -= from;
        }

        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256)
            throw Damaged(part + file.Suffix);
    }

    private static JobException Damaged(string part) =>
        new($"{part}: its content is not what was written (SHA-256): copy it again, or run this shard again.");

    [GeneratedRegex(@"-(\d+)-of-(\d+)$")]
    private static partial Regex CountInName();

    [GeneratedRegex(@"'shape': \(\d+, ")]
    private static partial Regex RowsInHeader();
}
