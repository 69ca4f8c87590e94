using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using MlPipeline.Cli.Commands;

namespace MlPipeline.Cli;

/// <summary>Says what is wrong with a command line that could not be parsed, and what would be right.</summary>
internal static class Misuse
{
    public static string Explain(ParseResult parsed) => UnknownWord(parsed)
        ?? parsed.Errors.Select(UnfitValue).FirstOrDefault(m => m is not null) ?? parsed.Errors[0].Message;

    /// <summary>The message for a value that the options of our code refused: it names the command's option and not the
    /// code's.</summary>
    public static string Explain(ParseResult parsed, ArgumentException refusal)
    {
        var (name, message) = (refusal.ParamName ?? "", WithoutName(refusal));
        var option = parsed.CommandResult.Command.Options
            .Where(o => name.StartsWith(o.Name.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase))
            .MaxBy(o => o.Name.Length);
        return option is null ? message
            : message.Contains(name, StringComparison.Ordinal) ? message.Replace(name, option.Name, StringComparison.Ordinal)
            : $"{option.Name}: {message}";
    }

    /// <summary>The message of an exception as it was written, without the parameter's name and value that .NET
    /// appends.</summary>
    public static string WithoutName(ArgumentException exception) => exception.Message.Split(" (Parameter '")[0];

    /// <summary>The message for the first word that was not recognised, with the nearest command or option; null when all
    /// were.</summary>
    private static string? UnknownWord(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var word, ..])
            return null;

        var command = parsed.CommandResult.Command;
        var isOption = word.StartsWith('-');
        string[] known = isOption
            ? [.. command.Options.Concat(SharedOptions.All).Where(o => !o.Hidden).SelectMany(o => o.Aliases.Prepend(o.Name))]
            : [.. command.Subcommands.Select(c => c.Name)];
        var what = isOption ? "option" : known.Length > 0 ? "command" : "argument";
        return Nearest(word, known) is { } best
            ? $"there is no {what} '{word}' here; did you mean '{best}'?"
            : $"there is no {what} '{word}' here";
    }

    /// <summary>The known word that was probably meant; null when none is near.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.MinBy(k => Distance(word, k)) is { } best && Distance(word, best) <= Math.Max(2, best.Length / 3) ? best : null;

    /// <summary>The message for a value that is not of its option's type; null for other errors.</summary>
    private static string? UnfitValue(ParseError error)
    {
        if (error.SymbolResult is not OptionResult { Option: var option, Tokens: [_, ..] tokens }
            || !error.Message.Contains("expected type", StringComparison.Ordinal))
        {
            return null;
        }

        var type = option.ValueType.GetElementType() ?? option.ValueType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        var right = type.IsEnum
            ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}"
            : type == typeof(int) ? "a whole number" : "a number";
        var wrong = tokens.FirstOrDefault(t => error.Message.Contains($"'{t.Value}'", StringComparison.Ordinal)) ?? tokens[0];
        return $"{option.Name} takes {right}, not '{wrong.Value}'";
    }

    /// <summary>Letters to insert, delete, replace or swap with their neighbour (Damerau 1964).</summary>
    private static int Distance(string one, string other)
    {
        var cost = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                var replaced = cost[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, 1 + Math.Min(cost[i - 1, j], cost[i, j - 1]));
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[one.Length, other.Length];
    }
}
