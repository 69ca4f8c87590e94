using Microsoft.AspNetCore.Http;
using MlPipeline.Data.Sources;

namespace MlPipeline.ScoringService;

/// <summary>The parameters in an address; unknown ones are refused, for they would be ignored without a word.</summary>
internal static class Query
{
    /// <exception cref="RequestException">There is one that is not known, or one that is given twice.</exception>
    public static void Check(HttpRequest request, params string[] known)
    {
        foreach (var (name, values) in request.Query)
        {
            if (!known.Contains(name, StringComparer.Ordinal))
            {
                throw Wrong($"there is no parameter '{name}' here"
                    + (known.Length > 0 ? $"; there are {string.Join(", ", known)}" : ""));
            }

            if (values.Count > 1)
                throw Wrong($"the parameter '{name}' is given {values.Count} times");
        }
    }

    public static string? Text(HttpRequest request, string name) =>
        request.Query[name].ToString() is { Length: > 0 } text ? text : null;

    /// <exception cref="RequestException">It is none of these.</exception>
    public static string Choice(HttpRequest request, string name, params IReadOnlyList<string> choices)
    {
        var text = Text(request, name) ?? choices[0];
        return choices.Contains(text, StringComparer.Ordinal) ? text
            : throw Wrong($"'{name}' must be one of {string.Join(", ", choices)}, not '{text}'");
    }

    /// <exception cref="RequestException">It is no whole number of at least 1.</exception>
    public static int Count(HttpRequest request, string name, int value)
    {
        if (Text(request, name) is not { } text)
            return value;
        return PlainNumber.TryParse<int>(text, out var count) && count >= 1 ? count
            : throw Wrong($"'{name}' must be a whole number of at least 1, not '{text}'");
    }

    public static RequestException Wrong(string detail) => new(StatusCodes.Status400BadRequest, detail);
}
