using MlPipeline.Data.Demo;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of the README and the guides is the code that is compiled and run here.</summary>
public class GuideTests
{
    private static readonly string[] s_guides =
    [
        "README.md", "docs/data.md", "docs/pipelines.md", "docs/models.md", "docs/networks.md", "docs/search.md", "docs/jobs.md",
        "docs/training.md", "docs/from-microsoft-ml-vision.md",
    ];

    [Fact]
    public void Every_guide_is_held_to_its_code()
    {

        // Guides without code: what they say is held by tests of the commands.
        string[] others = ["docs/command-line.md", "docs/json.md"];
        var found = Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "docs"), "*.md")
            .Select(f => $"docs/{Path.GetFileName(f)}");
        Assert.Equal(s_guides.Skip(1).Order(StringComparer.Ordinal), found.Except(others).Order(StringComparer.Ordinal));
        foreach (var guide in s_guides)
        {
            var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, guide));
            var source = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "Tests", "EndToEnd", "Guides", CodeOf(guide)));
            var shown = Blocks(text, "```csharp", "```");
            Assert.NotEmpty(shown);
            Assert.Equal(shown, Blocks(source, "// <guide>", "// </guide>"));
        }
    }

    [Fact]
    public void The_code_of_the_guides_runs()
    {
        using var folder = new TemporaryFolder();
        SampleSet.Write(folder["photos"], new SampleSetOptions { ImagesPerClass = 10, Size = 96 });
        SampleSet.Write(folder["new photos"], new SampleSetOptions { ImagesPerClass = 2, Size = 96, Seed = 2 });
        Directory.CreateDirectory(folder["inbox"]);
        foreach (var copy in new[] { "new.jpg", "inbox/new.jpg" })
            File.Copy(Path.Combine(folder["photos"], SampleSet.Classes[0], "001.png"), folder[copy]);

        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Root;
            ReadmeGuide.Run();
            DataGuide.Run();
            PipelinesGuide.Run();
            ModelsGuide.Run();
            NetworksGuide.Run();
            SearchGuide.Run();
            JobsGuide.Run();
            TrainingGuide.Run();
            VisionGuide.Run();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static string CodeOf(string guide) => guide == "README.md" ? "ReadmeGuide.cs"
        : guide == "docs/from-microsoft-ml-vision.md" ? "VisionGuide.cs"
        : $"{char.ToUpperInvariant(guide[5])}{guide[6..^3]}Guide.cs";

    private static List<string> Blocks(string text, string start, string end)
    {
        var blocks = new List<string>();
        for (var at = text.IndexOf(start, StringComparison.Ordinal); at >= 0; at = text.IndexOf(start, at,
            StringComparison.Ordinal))
        {
            at += start.Length;
            var to = text.IndexOf(end, at, StringComparison.Ordinal);
            blocks.Add(string.Join('\n', Lines(text[at..to])));
            at = to + end.Length;
        }

        return blocks;
    }

    // Guides show their using directives; here they stand at the top of the file.
    private static IEnumerable<string> Lines(string block) => block.Split('\n').Select(l => l.Trim())
        .Where(l => l.Length > 0 && !(l.StartsWith("using ", StringComparison.Ordinal) && !l.Contains('=')));
}
