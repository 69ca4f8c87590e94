using System.Collections;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MlPipeline.Cli.Commands;

namespace MlPipeline.Cli.Help;

/// <summary>The help page of a command: usage, arguments, options by group with their defaults, examples.</summary>
internal static class HelpPage
{
    private const int WidestNames = 34;
    private const int WidestPage = 120;
    private const char NoBreak = '\u00A0';

    /// <summary>Prints the page.</summary>
    /// <param name="command">The command, whose parents give the way to it.</param>
    /// <param name="width">Columns of a line.</param>
    public static string Of(Command command, int width)
    {
        var page = new StringBuilder();
        Paragraph(page, command.Description ?? "", 0, width);
        page.AppendLine();
        Paragraph(page, $"Usage: {Usage(command)}", 0, width);
        Rows(page, "Arguments", command.Arguments.Select(a => ($"<{a.Name}>", Of(a))), width);
        foreach (var group in command.Subcommands.Where(c => !c.Hidden).GroupBy(Examples.HeadingOf))
            Rows(page, group.Key, group.Select(c => (c.Name, FirstSentence(c.Description))), width);
        var options = command.Options.Where(o => !o.Hidden).ToList();
        foreach (var group in options.GroupBy(o => HelpGroup.Of(o) ?? "Options").OrderBy(g => g.Key != "Options"))
            Rows(page, group.Key, group.Select(o => (Names(o), Of(o))), width);
        if (command.Parents.Any())
            Rows(page, HelpGroup.Common, Common(command).Select(o => (Names(o), Of(o))), width);
        page.AppendLine().AppendLine("Examples:");
        foreach (var example in Examples.Of(PathOf(command)))
            page.AppendLine($"  {example}");
        return page.ToString();
    }

    /// <summary>The words by which a command is called, such as "mlpipeline cache info".</summary>
    public static string PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : "mlpipeline";

    private static string Usage(Command command)
    {
        var words = new List<string> { PathOf(command) };
        if (command.Subcommands.Count > 0)
            words.Add("<command>");
        words.AddRange(command.Arguments.Select(a => $"<{a.Name}>{(a.Arity.MaximumNumberOfValues > 1 ? "..." : "")}")
            .Select((word, i) => command.Arguments[i].Arity.MinimumNumberOfValues == 0 ? $"[{word}]" : word));
        words.AddRange(command.Options.Where(o => o.Required).Select(o => $"{o.Name} {Value(o)}"));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    private static IEnumerable<Option> Common(Command command)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
            root = parent;
        return root.Options.Where(o => o.Recursive);
    }

    private static string Names(Option option) =>
        $"{string.Join(", ", option.Aliases.Where(a => a.StartsWith('-')).OrderBy(a => a.Length).Append(option.Name))}"
        + $"{(Value(option) is { Length: > 0 } value ? $" {value}" : "")}";

    private static string Value(Option option) => IsFlag(option) ? ""
        : $"<{option.HelpName ?? (IsNumber(option) ? "number" : option.Name.Split('-')[^1])}>"
            + $"{(option.AllowMultipleArgumentsPerToken ? "..." : "")}";

    private static bool IsNumber(Option option)
    {
        var type = option.ValueType.GetElementType() ?? option.ValueType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsPrimitive && type != typeof(bool);
    }

    private static bool IsFlag(Option option) => option.ValueType == typeof(bool) || option.ValueType == typeof(void)
        || option.Arity.MaximumNumberOfValues == 0;

    private static string Of(Argument argument) => argument.Description ?? "";

    private static string Of(Option option)
    {
        var text = option.Description ?? "";
        if (option.Required)
            return $"{text} [required]";
        if (Default(option) is { } value)
            return $"{text} {Unbroken($"[default: {value}]")}";
        return text.Contains("default", StringComparison.OrdinalIgnoreCase) ? text : $"{text} {Unbroken("[default: none]")}";
    }

    private static string? Default(Option option) => IsFlag(option) ? "off"
        : option.HasDefaultValue && Text(option.GetDefaultValue()) is { Length: > 0 } value ? value : null;

    private static string Text(object? value) => value switch
    {
        null => "",
        string text => text,
        Enum name => JsonNamingPolicy.CamelCase.ConvertName($"{name}"),
        IEnumerable several => string.Join(' ', several.Cast<object?>().Select(Text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private static string Unbroken(string text) => text.Replace(' ', NoBreak);

    private static string FirstSentence(string? text) => text is null ? "" : $"{text.Split(". ")[0].TrimEnd('.')}.";

    private static void Rows(StringBuilder page, string heading, IEnumerable<(string Names, string Text)> rows, int width)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        page.AppendLine().AppendLine($"{heading}:");
        var column = Math.Min(WidestNames, all.Max(r => r.Names.Length)) + 4;
        foreach (var (names, text) in all)
        {
            page.Append("  ").Append(names);
            if (names.Length + 4 > column)
                page.AppendLine().Append(' ', column);
            else
                page.Append(' ', column - names.Length - 2);
            Paragraph(page, text, column, width);
        }
    }

    /// <summary>Words from the current place on, broken at the width, further lines indented.</summary>
    private static void Paragraph(StringBuilder page, string text, int indent, int width)
    {
        var used = indent;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (used > indent && used + 1 + word.Length > width)
            {
                page.AppendLine().Append(' ', indent);
                used = indent;
            }
            else if (used > indent)
            {
                page.Append(' ');
                used++;
            }

            page.Append(word.Replace(NoBreak, ' '));
            used += word.Length;
        }

        page.AppendLine();
    }

    private static int Show(ParseResult parsed)
    {
        var width = Console.IsOutputRedirected ? WidestPage : Math.Clamp(Console.WindowWidth - 1, 60, WidestPage);
        parsed.InvocationConfiguration.Output.Write(Of(parsed.CommandResult.Command, width));
        return CommandLine.Good;
    }

    /// <summary>What <c>--help</c> does.</summary>
    public sealed class Print : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parsed) => Show(parsed);
    }

    /// <summary>What a command does that is only a group of others. Who asks for an object gets no page.</summary>
    public sealed class PrintGroup : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parsed) => parsed.GetValue(SharedOptions.Json)
            ? throw new UsageException($"{PathOf(parsed.CommandResult.Command)} needs a command")
            : Show(parsed);
    }
}
