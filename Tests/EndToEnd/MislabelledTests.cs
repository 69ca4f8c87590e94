using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The report finds labels that are wrong.</summary>
public sealed class MislabelledTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Planted_labels_are_found_with_the_class_that_they_were_taken_from()
    {
        var pictures = _folder["pictures"];
        SampleSet.Write(pictures, new SampleSetOptions { ImagesPerClass = 40, Size = 96, Seed = 7 });
        foreach (var unused in SampleSet.Classes.Skip(3))
            Directory.Delete(Path.Combine(pictures, unused), recursive: true);

        // Two pictures of each class change places with two of the next.
        var planted = new Dictionary<string, (string Label, string Truth)>();
        for (var i = 0; i < 6; i++)
        {
            var (truth, label) = (SampleSet.Classes[i % 3], SampleSet.Classes[(i + 1) % 3]);
            var file = Directory.GetFiles(Path.Combine(pictures, truth)).Order(StringComparer.Ordinal)
                .First(f => !f.Contains('~', StringComparison.Ordinal));
            var name = Path.Combine(label, $"~{i}.png");
            File.Move(file, Path.Combine(pictures, name));
            planted.Add(name, (label, truth));
        }

        CommandRun.Of("train", pictures, "--out", _folder["m.zip"], "--folds", "5", "--report", _folder["r.html"], "--quiet")
            .Good();

        var html = File.ReadAllText(_folder["r.html"]);
        var labels = html[html.IndexOf("<section id=\"labels\"", StringComparison.Ordinal)..];
        labels = labels[..labels.IndexOf("</section>", StringComparison.Ordinal)];
        var rows = labels.Split("<tr>").Skip(2).ToArray();
        foreach (var (name, (label, truth)) in planted)
        {
            var row = Assert.Single(rows, r => r.Contains(name, StringComparison.Ordinal));
            Assert.Contains($"<td class=\"text\">{label}</td><td class=\"text\">{truth}</td>", row, StringComparison.Ordinal);
        }

        // Few others are suspected.
        Assert.InRange(rows.Length, planted.Count, 2 * planted.Count);
    }

    public void Dispose() => _folder.Dispose();
}
