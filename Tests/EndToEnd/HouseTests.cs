using System.Text.RegularExpressions;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>
/// The house as the README draws it: namespaces follow folders (what users name stands in an outer one of them), references point
/// one way, and lines fit.
/// </summary>
public partial class HouseTests
{
    private const int LongestLine = 130;

    // Each room may name itself and the rooms after the colon.
    private static readonly Dictionary<string, string[]> s_rooms = new()
    {
        ["Imaging"] = [],
        ["Engine"] = [],
        ["Data"] = ["Imaging"],
        ["Pipeline"] = ["Imaging", "Engine", "Data"],
        ["Trainers"] = ["Imaging", "Engine", "Data", "Pipeline"],
    };

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (var (file, text) in Sources(s_rooms.Keys))
        {
            var folder = "MlPipeline." + Path.GetDirectoryName(file)!.Replace(Path.DirectorySeparatorChar, '.');
            foreach (Match found in Namespace().Matches(text))
            {
                var name = found.Groups[1].Value;
                Assert.True(
                    !name.StartsWith("MlPipeline", StringComparison.Ordinal) || name == folder
                        || folder.StartsWith(name + ".", StringComparison.Ordinal),
                    $"{file}: the namespace is {name}, the folder says {folder}");
            }
        }
    }

    [Fact]
    public void References_point_one_way()
    {
        foreach (var (room, others) in s_rooms)
        {
            foreach (var (file, text) in Sources([room]))
            {
                foreach (Match found in Using().Matches(text))
                {
                    Assert.True(found.Groups[1].Value == room || others.Contains(found.Groups[1].Value),
                        $"{file}: {found.Value}");
                }
            }
        }
    }

    [Fact]
    public void Lines_have_at_most_130_columns()
    {
        var long_ = Sources(["Imaging", "Engine", "Data", "Pipeline", "Trainers", "Apps", "Benchmarks", "Build", "Tests"])
            .SelectMany(s => s.Text.Split('\n').Select((line, i) => (s.File, Line: i + 1, line.Length)))
            .Where(l => l.Length > LongestLine).Select(l => $"{l.File}:{l.Line} has {l.Length}").ToList();
        Assert.True(long_.Count == 0, string.Join('\n', long_.Take(20)));
    }

    private static IEnumerable<(string File, string Text)> Sources(IEnumerable<string> rooms) =>
        from room in rooms
        from file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, room), "*.cs", SearchOption.AllDirectories)
        let relative = Path.GetRelativePath(SharedData.RepositoryRoot, file)
        where !relative.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin")
        select (relative, File.ReadAllText(file));

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using MlPipeline\.(\w+)", RegexOptions.Multiline)]
    private static partial Regex Using();
}
