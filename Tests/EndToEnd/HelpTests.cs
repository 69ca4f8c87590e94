using System.Text.RegularExpressions;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>Every page of the help, found by following the lists of commands from the first one.</summary>
public partial class HelpTests
{
    private static readonly Lazy<Dictionary<string, string>> s_pages = new(() =>
    {
        Dictionary<string, string> pages = [];
        Collect([], pages);
        return pages;
    });

    [Fact]
    public void Every_page_ends_with_examples_whose_options_it_lists()
    {
        Assert.True(s_pages.Value.Count > 20, $"{s_pages.Value.Count} pages");
        foreach (var (command, page) in s_pages.Value)
        {
            string[] examples = [.. page[page.LastIndexOf("\nExamples:", StringComparison.Ordinal)..].Split('\n').Skip(2)
                .Where(l => l.Length > 0)];
            Assert.NotEmpty(examples);
            foreach (var example in examples)
            {
                Assert.Contains($"mlpipeline {command}".TrimEnd(), example, StringComparison.Ordinal);
                if (command.Length > 0)
                {
                    Assert.All(Option().Matches(example.Split("mlpipeline")[^1]), o =>
                        Assert.Contains($" {o.Value} ", page, StringComparison.Ordinal));
                }
            }
        }
    }

    [Fact]
    public void Every_option_shows_its_default_or_that_it_is_required()
    {
        foreach (var (command, page) in s_pages.Value)
        {
            var rows = OptionRow().Matches(page);
            Assert.True(rows.Count >= 6, command);
            Assert.All(rows, row => Assert.True(
                row.Value.Contains("default", StringComparison.OrdinalIgnoreCase)
                    || row.Value.Contains("[required]", StringComparison.Ordinal), $"{command}: {row.Value}"));
        }
    }

    [Fact]
    public void Without_a_command_the_help_is_printed_unless_an_object_is_asked_for()
    {
        foreach (var group in (string[][])[[], ["cache"], ["backbones"]])
        {
            Assert.Contains("Examples:", CommandRun.Of(group).Good().Output, StringComparison.Ordinal);
            var json = CommandRun.Of([.. group, "--json"]);
            Assert.Equal((2, 2), (json.ExitCode, json.Json.GetProperty("error").GetProperty("exitCode").GetInt32()));
        }
    }

    [Fact]
    public void The_version_names_what_runs_networks()
    {
        var text = CommandRun.Of("--version").Good().Output.Split('\n');
        Assert.Matches(@"^mlpipeline \d+\.\d+", text[0]);
        Assert.StartsWith("runtime: .NET", text[1], StringComparison.Ordinal);
        Assert.StartsWith("engine: ", text[2], StringComparison.Ordinal);
        Assert.Matches(@"^ONNX Runtime: \d+\.\d+", text[3]);
    }

    [Fact]
    public void Shells_are_told_the_words_that_fit()
    {
        string[] Suggested(string line) =>
            CommandRun.Of($"[suggest:{line.Length}]", line).Good().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("train", Suggested("mlpipeline tr"));
        Assert.Contains("--folds", Suggested("mlpipeline train --fo"));
        Assert.Equal(["Skip", "Throw"], Suggested("mlpipeline train --bad-images ").Order(StringComparer.Ordinal));
        foreach (var shell in (string[])["bash", "zsh", "fish", "pwsh"])
            Assert.Contains("[suggest:", CommandRun.Of("completion", shell).Good().Output, StringComparison.Ordinal);
    }

    private static void Collect(string[] command, Dictionary<string, string> pages)
    {
        var page = CommandRun.Of([.. command, "--help"]).Good().Output.ReplaceLineEndings("\n");
        pages[string.Join(' ', command)] = page;
        if (!page.Contains("<command>", StringComparison.Ordinal))
            return;
        var lists = page[..page.IndexOf("ommon options:", StringComparison.Ordinal)];
        foreach (Match row in CommandRow().Matches(lists))
            Collect([.. command, row.Groups[1].Value], pages);
    }

    [GeneratedRegex("^  ([a-z]+)  ", RegexOptions.Multiline)]
    private static partial Regex CommandRow();

    // A row and the further lines of its text.
    [GeneratedRegex("^  -.*(\n   .*)*", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex("--[a-z-]+")]
    private static partial Regex Option();
}
