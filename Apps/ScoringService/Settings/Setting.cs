using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using MlPipeline.Data.Sources;

namespace MlPipeline.ScoringService;

/// <summary>
/// One setting under its three names: <c>--batch-size</c>, <c>MLPIPELINE_BATCH_SIZE</c> and <c>batchSize</c> in the file. The
/// flag wins over the variable, the variable over the file.
/// </summary>
internal sealed class Setting<T> : ISetting
    where T : notnull
{
    private readonly Option<T> _option;
    private readonly T _default;
    private readonly Func<T, bool> _isRight;
    private readonly string _right;

    /// <param name="name">The flag, without its dashes.</param>
    /// <param name="value">The default; an empty text for none.</param>
    /// <param name="description">What it does.</param>
    /// <param name="right">What values there are, for messages.</param>
    /// <param name="isRight">Whether a value is one of them.</param>
    public Setting(string name, T value, string description, string right, Func<T, bool>? isRight = null)
    {
        (Name, _default, _right, _isRight) = (name, value, right, isRight ?? (_ => true));
        _option = new Option<T>("--" + name) { Description = description };
        if (value is not ("" or false))
            _option.DefaultValueFactory = _ => value;
    }

    public string Name { get; }

    public Option Option => _option;

    public string Variable => "MLPIPELINE_" + Name.Replace('-', '_').ToUpperInvariant();

    public string Key => JsonNamingPolicy.CamelCase.ConvertName(
        string.Concat(Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));

    /// <exception cref="SettingsException">The value is wrong.</exception>
    public T Resolve(SettingSources sources)
    {
        if (sources.Parsed.GetResult(_option) is { Implicit: false })
            return Checked("--" + Name, sources.Parsed.GetValue(_option)!);
        if (sources.Environment(Variable) is { Length: > 0 } text)
            return TryParse(text, out var value) ? Checked(Variable, value) : throw Wrong(Variable, text);
        if (sources.File.Find(Key) is not { } found)
            return _default;
        var place = $"{sources.File.Path}: {Key}";
        return TryRead(found, out var read) ? Checked(place, read) : throw Wrong(place, found.GetRawText());
    }

    private T Checked(string place, T value) => _isRight(value) ? value
        : throw Wrong(place, string.Format(CultureInfo.InvariantCulture, "{0}", value));

    private SettingsException Wrong(string place, string value) => new($"{place} must be {_right}, not '{value}'.");

    private static bool TryRead(JsonElement json, out T value)
    {
        var isOfType = json.ValueKind switch
        {
            JsonValueKind.True or JsonValueKind.False => typeof(T) == typeof(bool),
            JsonValueKind.Number => typeof(T) == typeof(int) || typeof(T) == typeof(double),
            JsonValueKind.String => typeof(T) == typeof(string),
            _ => false,
        };
        value = default!;
        return isOfType && TryParse(json.ToString(), out value);
    }

    private static bool TryParse(string text, out T value)
    {
        object? parsed = default(T) switch
        {
            bool => bool.TryParse(text, out var truth) ? truth : null,
            int => PlainNumber.TryParse<int>(text, out var whole) ? whole : null,
            double => PlainNumber.TryParse<double>(text, out var number) ? number : null,
            _ => text,
        };
        value = parsed is T right ? right : default!;
        return parsed is not null;
    }
}

/// <summary>A setting whatever its type.</summary>
internal interface ISetting
{
    string Key { get; }

    Option Option { get; }
}

/// <summary>Where settings come from.</summary>
/// <param name="Parsed">The flags.</param>
/// <param name="Environment">Reads a variable.</param>
/// <param name="File">The file.</param>
internal sealed record SettingSources(ParseResult Parsed, Func<string, string?> Environment, SettingsFile File);
