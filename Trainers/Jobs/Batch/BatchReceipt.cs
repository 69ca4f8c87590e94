using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlPipeline.Trainers.Jobs.Batch;

/// <summary>What a file of results was made from, and how far it is: it lies beside the file, while that is written and
/// afterwards.</summary>
internal sealed record BatchReceipt
{
    public const int CurrentFormat = 1;

    private const string Extension = ".job.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public int Format { get; init; } = CurrentFormat;

    /// <summary>What the results depend on, by the words that users know it by.</summary>
    public required SortedDictionary<string, string> Settings { get; init; }

    /// <summary>What computed them: others may differ in the last digits.</summary>
    public required string Engine { get; init; }

    /// <summary>The shard; null for the whole.</summary>
    public string? Shard { get; init; }

    /// <summary>SHA-256 of the whole list of pictures.</summary>
    public required string Listing { get; init; }

    /// <summary>How many pictures the whole list has.</summary>
    public required long Pictures { get; init; }

    /// <summary>The first place in the list that is in the file.</summary>
    public long From { get; init; }

    /// <summary>The place behind the last.</summary>
    public required long To { get; init; }

    /// <summary>How many files, links and folders are not taken for pictures.</summary>
    public long Ignored { get; init; }

    /// <summary>Pictures that are done.</summary>
    public long Done { get; init; }

    /// <summary>How many of them could not be used.</summary>
    public long Failed { get; init; }

    /// <summary>The rows that were written for them.</summary>
    public long Rows { get; init; }

    /// <summary>The length of what was written, with what stands before the first row.</summary>
    public long Bytes { get; init; }

    /// <summary>The length of what stands before the first row.</summary>
    public long Header { get; init; }

    /// <summary>Whether all is done.</summary>
    public bool Complete { get; init; }

    /// <summary>The files, when all is done.</summary>
    public IReadOnlyList<BatchFile> Files { get; init; } = [];

    public static string PathFor(string output) => output + Extension;

    /// <summary>The receipt of a file of results; null when there is none.</summary>
    /// <exception cref="JobException">It cannot be read.</exception>
    public static BatchReceipt? Read(string output)
    {
        var path = PathFor(output);
        try
        {
            if (!File.Exists(path))
                return null;
            var receipt = JsonSerializer.Deserialize<BatchReceipt>(File.ReadAllBytes(path), s_json);
            return receipt?.Format == CurrentFormat ? receipt
                : throw new JobException($"{path}: it was written by another version (format {receipt?.Format}; {CurrentFormat} "
                    + "is read).");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new JobException($"{path}: it cannot be read as what a file of results was made from: {e.Message}");
        }
    }

    /// <summary>Writes the receipt beside its place and renames it: it is the old one or the new one at any moment. Whoever
    /// writes has the results to itself.</summary>
    public void Write(string output)
    {
        var (path, beside) = (PathFor(output), PathFor(output) + ".new");
        using (var stream = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            JsonSerializer.Serialize(stream, this, s_json);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }

    /// <summary>In what another receipt differs, in words; empty when results of both belong together.</summary>
    /// <param name="now">What there is now.</param>
    public IReadOnlyList<string> DifferencesTo(BatchReceipt now) =>
    [
        .. Settings.Keys.Union(now.Settings.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(k => (Name: k, Old: Settings.GetValueOrDefault(k, "none"), New: now.Settings.GetValueOrDefault(k, "none")))
            .Where(s => s.Old != s.New).Select(s => $"{s.Name} was {s.Old} and is now {s.New}"),
    ];
}

/// <summary>A finished file of results.</summary>
/// <param name="Suffix">What its name has behind that of the results; mostly nothing.</param>
/// <param name="Header">The length of what stands before its first row.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Of its content.</param>
internal sealed record BatchFile(string Suffix, long Header, long Bytes, string Sha256)
{
    public static BatchFile Of(string path, string suffix, long header)
    {
        using var stream = File.OpenRead(path + suffix);
        return new BatchFile(suffix, header, stream.Length, Digests.Of(stream));
    }
}
