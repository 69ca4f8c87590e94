using MlPipeline.Data.Files;

namespace MlPipeline.Cli.Output;

/// <summary>Predictions in a file, which appears only when it is complete.</summary>
internal sealed class PredictionFile : IDisposable
{
    private readonly ReplacedFile _file;
    private readonly PredictionWriter _rows;

    /// <summary>Starts a file.</summary>
    /// <param name="path">It ends in .csv or .jsonl.</param>
    /// <param name="classes">The classes whose scores all have columns of their own; empty for none.</param>
    public PredictionFile(string path, IReadOnlyList<string> classes)
    {
        var isCsv = IsCsv(path);
        _file = new ReplacedFile(path);
        _rows = new PredictionWriter(_file.Stream, isCsv, classes);
        _rows.WriteHeader();
    }

    /// <exception cref="UsageException">The extension is another one.</exception>
    public static bool IsCsv(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => true,
        ".jsonl" => false,
        _ => throw new UsageException($"--out must end in .csv or .jsonl, not '{Path.GetFileName(path)}'."),
    };

    /// <summary>Writes one picture's row.</summary>
    public void Write(ImagePrediction prediction) => _rows.Write(prediction);

    /// <summary>Finishes the file and puts it into its place. Without this call nothing is left behind.</summary>
    public void Complete()
    {
        _rows.Flush();
        _file.Complete();
    }

    public void Dispose() => _file.Dispose();
}
