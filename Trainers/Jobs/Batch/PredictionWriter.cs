using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlPipeline;

/// <summary>
/// Writes predictions row by row: as CSV (RFC 4180) with the columns path, label, score, abstained, error, or as a JSON object a
/// line with these keys. Numbers have the fewest digits that give the same bits again. In CSV, what a spreadsheet would take for
/// a formula is made harmless.
/// </summary>
public sealed class PredictionWriter
{
    private const int FlushAt = 1 << 16;

    private static readonly JsonWriterOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Stream _stream;
    private readonly bool _isCsv;
    private readonly IReadOnlyList<string> _classes;
    private readonly bool _hasActual;
    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt);

    /// <summary>Makes a writer.</summary>
    /// <param name="stream">Where rows are written to, in large pieces; it is not closed.</param>
    /// <param name="isCsv">CSV, or JSON lines.</param>
    /// <param name="classes">The classes whose scores are written too, in the columns <c>score: NAME</c>, or under <c>scores</c>;
    /// empty for none.</param>
    /// <param name="hasActual">Whether rows have the class that the data gives for the picture, in the column
    /// <c>actual</c>.</param>
    public PredictionWriter(Stream stream, bool isCsv, IReadOnlyList<string> classes, bool hasActual = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(classes);
        (_stream, _isCsv, _classes, _hasActual) = (stream, isCsv, classes, hasActual);
    }

    /// <summary>The name of a CSV column with the scores of a class.</summary>
    internal static string ScoreColumn(string className) => $"score: {className}";

    /// <summary>Writes what stands before the first row.</summary>
    public void WriteHeader()
    {
        if (_isCsv)
            WriteFields(["path", "label", "score", "abstained", "error", .. Actual("actual"), .. _classes.Select(ScoreColumn)]);
    }

    /// <summary>Writes one picture's row.</summary>
    /// <param name="prediction">What was predicted, or why nothing was.</param>
    /// <param name="actual">The class that the data gives for it.</param>
    public void Write(ImagePrediction prediction, string? actual = null)
    {
        ArgumentNullException.ThrowIfNull(prediction);
        var index = prediction.LabelIndex;
        var score = index < 0 ? (float?)null : prediction.Scores[index];
        bool? abstained = index < 0 || prediction.AnswerThreshold is null ? null : prediction.Abstained;
        if (_isCsv)
        {
            WriteFields(
            [
                IsFormula(prediction.Path) ? $"./{prediction.Path}" : prediction.Path,
                Safe(prediction.Label), Number(score), abstained switch { null => "", true => "true", false => "false" },
                Safe(prediction.Error), .. Actual(Safe(actual)),
                .. _classes.Select((_, c) => Number(c < prediction.Scores.Count ? prediction.Scores[c] : null)),
            ]);
        }
        else
        {
            WriteObject(prediction, score, abstained, actual);
        }

        if (_buffer.WrittenCount >= FlushAt)
            Flush();
    }

    /// <summary>Writes everything to the stream.</summary>
    public void Flush()
    {
        _stream.Write(_buffer.WrittenSpan);
        _buffer.ResetWrittenCount();
    }

    private void WriteObject(ImagePrediction prediction, float? score, bool? abstained, string? actual)
    {
        using (var json = new Utf8JsonWriter(_buffer, s_json))
        {
            json.WriteStartObject();
            json.WriteString("path", prediction.Path);
            Text("label", prediction.Label);
            if (score is { } number)
                Numeric("score", number);
            if (abstained is { } flag)
                json.WriteBoolean("abstained", flag);
            Text("error", prediction.Error);
            if (_hasActual)
                Text("actual", actual);
            if (_classes.Count > 0 && prediction.Scores.Count > 0)
            {
                json.WriteStartObject("scores");
                for (var c = 0; c < _classes.Count; c++)
                    Numeric(_classes[c], prediction.Scores[c]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            void Numeric(string key, float value)
            {
                if (float.IsFinite(value))
                    json.WriteNumber(key, value);
                else
                    json.WriteString(key, Number(value));
            }

            void Text(string key, string? value)
            {
                if (value is not null)
                    json.WriteString(key, value);
            }
        }

        _buffer.Write("\n"u8);
    }

    private void WriteFields(IEnumerable<string> fields) =>
        Encoding.UTF8.GetBytes(string.Join(',', fields.Select(Quoted)) + "\n", _buffer);

    private IEnumerable<string> Actual(string field) => _hasActual ? [field] : [];

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") >= 0
        ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static string Number(float? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";

    /// <summary>Spreadsheets take a text that begins so for a formula, and run it; an apostrophe before it says that it is none.
    /// A number is harmless.</summary>
    private static string Safe(string? text) => text is null ? "" : IsFormula(text) ? $"'{text}" : text;

    private static bool IsFormula(string text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..]
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
