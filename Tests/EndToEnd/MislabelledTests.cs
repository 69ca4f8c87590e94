using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The report finds labels that are wrong.</summary>
public sealed class MislabelledTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Planted_labels_are_the_likeliest_to_be_wrong_and_their_classes_are_known()
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

        // A head learns from the planted ones among its training pictures too, so that not every one is found; those that are
        // surest to be wrong are.
        foreach (var row in rows.Take(4))
        {
            var (_, (label, truth)) = Assert.Single(planted, p => row.Contains(p.Key, StringComparison.Ordinal));
            Assert.Contains($"<td class=\"text\">{label}</td><td class=\"text\">{truth}</td>", row, StringComparison.Ordinal);
        }

        Assert.InRange(rows.Length, 4, 2 * planted.Count);
    }

    public void Dispose() => _folder.Dispose();
}
