using MlPipeline.Data;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

public class ReadmeTests
{
    [Theory, InlineData("## The pipeline in code", "ReadmePipeline.cs"), InlineData("### A search in code", "ReadmeSearch.cs")]
    public void The_code_in_the_readme_is_the_one_that_is_compiled_here(string heading, string file)
    {
        var readme = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "README.md"));
        var source = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "Tests", "EndToEnd", file));
        readme = readme[readme.IndexOf(heading, StringComparison.Ordinal)..];
        Assert.Equal(Lines(Between(source, "// <README>", "// </README>")), Lines(Between(readme, "```csharp", "```")));
    }

    [Fact]
    public void The_code_in_the_readme_runs()
    {
        using var folder = new TemporaryFolder();
        SampleSet.Write(folder["photos"], new SampleSetOptions { ImagesPerClass = 12, Size = 96 });
        File.Copy(Path.Combine(folder["photos"], SampleSet.Classes[0], "001.png"), folder["new.jpg"]);
        var before = Environment.CurrentDirectory;
        try
        {
            Environment.CurrentDirectory = folder.Root;
            ReadmePipeline.Run();
            ReadmeSearch.Run();
        }
        finally
        {
            Environment.CurrentDirectory = before;
        }
    }

    private static string Between(string text, string start, string end)
    {
        var from = text.IndexOf(start, StringComparison.Ordinal) + start.Length;
        return text[from..text.IndexOf(end, from, StringComparison.Ordinal)];
    }

    // The README shows its using directives; here they stand at the top of the file.
    private static string[] Lines(string block) =>
        [.. block.Split('\n').Select(l => l.Trim()).Where(l => l.Length > 0 && !l.StartsWith("using MlPipeline.", StringComparison.Ordinal))];
}
