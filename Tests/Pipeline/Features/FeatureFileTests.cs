using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Pipeline.Tests;

public sealed class FeatureFileTests : IDisposable
{
    private readonly TestImages _images = new(5);

    [Fact]
    public void Csv_has_a_header_and_numbers_with_all_their_bits()
    {
        var path = _images.PathOf("features.csv");
        float[] values = [0.1f, -1e-30f, float.Epsilon, 3];
        using (var writer = FeatureFile.Create(path))
        {
            writer.Write("a,\"b\".png", "cät", values);
            Assert.Throws<ArgumentException>(() => writer.Write("x", "y", [1]));
            Assert.False(File.Exists(path));
            writer.Complete();
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal("path,label,f0,f1,f2,f3", lines[0]);
        Assert.StartsWith("\"a,\"\"b\"\".png\",cät,", lines[1], StringComparison.Ordinal);
        Assert.Equal(values, lines[1].Split(',')[^4..].Select(float.Parse));
    }

    [Fact]
    public void Npy_is_what_numpy_reads()
    {
        var path = _images.PathOf("features.npy");
        using (var writer = FeatureFile.Create(path))
        {
            writer.Write("a.png", "cat", [1, 2, 3]);
            writer.Write("b\t.png", "dog", [4, 5, 6.5f]);
            writer.Complete();
        }

        var bytes = File.ReadAllBytes(path);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], bytes[..10]);
        var header = System.Text.Encoding.ASCII.GetString(bytes[10..128]);
        Assert.StartsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", header, StringComparison.Ordinal);
        Assert.EndsWith("\n", header, StringComparison.Ordinal);
        Assert.Equal(6.5f, BitConverter.ToSingle(bytes.AsSpan(128 + 20)));
        Assert.Equal(128 + 24, bytes.Length);
        Assert.Equal(["path\tlabel", "a.png\tcat", "b .png\tdog"], File.ReadAllLines(path + ".tsv"));
    }

    [Fact]
    public void An_incomplete_file_leaves_nothing()
    {
        foreach (var name in new[] { "x.csv", "x.npy" })
        {
            using (var writer = FeatureFile.Create(_images.PathOf(name)))
            {
                writer.Write("a", "b", [1, 2]);
            }
        }

        Assert.Equal(5, Directory.GetFiles(_images.Root).Length);
        Assert.Throws<ArgumentException>(() => FeatureFile.Create("x.parquet"));
    }

    [Fact]
    public void Extraction_streams_the_features_and_lists_what_it_skipped()
    {
        var broken = _images.WriteBroken("bad.png");
        var records = _images.Paths.Append(broken).Select((p, i) => new ImageRecord(p, $"class {i % 2}")).ToList();
        var set = new ImageDataSet(_images.Root, records);
        using var extractor =
            new FeatureExtractor(TestNetworks.MeanPooled,
                new BackboneRunOptions { BatchSize = 2, BadImages = BadImagePolicy.Skip });

        var rows = extractor.Extract(set).ToList();

        Assert.Equal(Enumerable.Range(0, 5), rows.Select(r => r.Index));
        Assert.Equal(records.Take(5).Select(r => (r.Path, r.Label)), rows.Select(r => (r.Path, r.Label)));
        Assert.All(rows, r => Assert.Equal(6, r.Features.Length));
        Assert.Equal(broken, Assert.Single(extractor.Skipped).Path);
    }

    public void Dispose() => _images.Dispose();
}
