using System.Globalization;
using System.Text;
using MlPipeline.Cli.Results;
using MlPipeline.Data.Files;

namespace MlPipeline.Cli.Output;

/// <summary>Writes predictions row by row, as CSV (RFC 4180) or as a JSON object a line; the file appears only when it is
/// complete.</summary>
internal sealed class PredictionFile : IDisposable
{
    private readonly ReplacedFile _file;
    private readonly StreamWriter _text;
    private readonly bool _isCsv;
    private readonly IReadOnlyList<string> _classes;

    /// <summary>Starts a file.</summary>
    /// <param name="path">It ends in .csv or .jsonl.</param>
    /// <param name="classes">The classes whose scores all have columns of their own; empty for none.</param>
    public PredictionFile(string path, IReadOnlyList<string> classes)
    {
        _isCsv = IsCsv(path);
        _classes = classes;
        _file = new ReplacedFile(path);
        _text = new StreamWriter(_file.Stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (_isCsv)
            WriteRow([.. (string[])["path", "label", "score", "abstained", "error"], .. classes.Select(c => $"score: {c}")]);
    }

    /// <exception cref="UsageException">The extension is another one.</exception>
    public static bool IsCsv(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".csv" => true,
        ".jsonl" => false,
        _ => throw new UsageException($"--out must end in .csv or .jsonl, not '{Path.GetFileName(path)}'."),
    };

    /// <summary>Writes one picture's row.</summary>
    /// <param name="picture">What was predicted, or why nothing was.</param>
    /// <param name="scores">The score of every class; empty when nothing was predicted.</param>
    public void Write(PictureResult picture, IReadOnlyList<float> scores)
    {
        if (_isCsv)
        {
            WriteRow(
            [
                SafePath(picture.Path), Safe(picture.Label ?? ""), Number((float?)picture.Score),
                picture.Abstained switch { null => "", true => "true", false => "false" }, Safe(picture.Error ?? ""),
                .. _classes.Select((_, c) => Number(c < scores.Count ? scores[c] : null)),
            ]);
            return;
        }

        var all = _classes.Count == 0 || scores.Count == 0 ? null
            : _classes.Zip(scores).ToDictionary(pair => pair.First, pair => pair.Second);
        _text.WriteLine(JsonOutput.Serialize(
            new { picture.Path, picture.Label, picture.Score, picture.Abstained, picture.Error, Scores = all }));
    }

    /// <summary>Finishes the file and puts it into its place. Without this call nothing is left behind.</summary>
    public void Complete()
    {
        _text.Flush();
        _file.Complete();
    }

    public void Dispose()
    {
        if (_file.Stream.CanWrite)
            _text.Dispose();
        _file.Dispose();
    }

    private void WriteRow(IEnumerable<string> fields) => _text.WriteLine(string.Join(',', fields.Select(Quoted)));

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") >= 0
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(float? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Spreadsheets take a text that begins so for a formula, and run it; an apostrophe before it says that it is none.
    /// A number is harmless.</summary>
    private static string Safe(string text) => IsFormula(text) ? $"'{text}" : text;

    /// <summary>A path that still leads to the file.</summary>
    private static string SafePath(string path) => IsFormula(path) ? $"./{path}" : path;

    private static bool IsFormula(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
