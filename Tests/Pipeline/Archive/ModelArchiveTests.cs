using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace MlPipeline.Pipeline.Tests;

public sealed class ModelArchiveTests : IDisposable
{
    private readonly TestImages _images = new(4);
    private readonly TrainedModel _model;
    private readonly string _path;

    public ModelArchiveTests()
    {
        _model = TestModels.Fit(_images.Paths);
        _path = _images.PathOf("model.mlp");
    }

    [Fact]
    public void A_loaded_model_scores_with_the_same_bits()
    {
        ModelArchive.Save(_path, _model);
        var loaded = ModelArchive.Load(_path);

        Assert.Equal(Scores(_model), Scores(loaded));
        Assert.Equal(TestModels.ClassNames, loaded.ClassNames);
        Assert.Equal(0.1 + 0.2, loaded.Metrics["microAccuracy"]);
        Assert.Equal(("abc", "none"), (loaded.DataFingerprint, loaded.Properties["trainer"]));
        var keys = loaded.Transformer.GetOutputSchema(PathRow.View(new MLContext(), _images.Paths).Schema)["Key"].Type;
        Assert.Equal(3UL, ((KeyDataViewType)keys).Count);
    }

    [Fact]
    public void The_manifest_says_what_is_inside()
    {
        ModelArchive.Save(_path, _model);
        var manifest = ModelArchive.ReadManifest(_path);

        Assert.Equal(1, manifest.FormatVersion);
        Assert.Contains(manifest.InputColumns, c => c is { Name: "ImagePath", Type: "String" or "Text" });
        var backbone = Assert.Single(manifest.Backbones);
        Assert.Equal((TestNetworks.MeanPooled.Sha256, true, TestNetworks.Recipe), (backbone.Sha256, backbone.Embedded, backbone.Preprocessing));
        using var zip = ZipFile.OpenRead(_path);
        foreach (var entry in manifest.Entries)
        {
            using var stream = zip.GetEntry(entry.Name)!.Open();
            Assert.Equal(entry.Sha256, Convert.ToHexStringLower(SHA256.HashData(stream)));
        }
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes_also_after_loading()
    {
        ModelArchive.Save(_path, _model);
        var again = _images.PathOf("again.mlp");
        ModelArchive.Save(again, _model);
        Assert.Equal(File.ReadAllBytes(_path), File.ReadAllBytes(again));

        ModelArchive.Save(again, ModelArchive.Load(_path) with { InputSchema = _model.InputSchema });
        Assert.Equal(File.ReadAllBytes(_path), File.ReadAllBytes(again));
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        ModelArchive.Save(_path, _model);
        var bytes = File.ReadAllBytes(_path);
        for (var length = 0; length < bytes.Length; length += length < 200 || length > bytes.Length - 200 ? 1 : 17)
            Refused(bytes[..length], $"cut to {length} of {bytes.Length}");

        Refused([.. bytes, 0], "a byte appended");
    }

    [Fact]
    public void Every_flipped_byte_is_refused()
    {
        ModelArchive.Save(_path, _model);
        var bytes = File.ReadAllBytes(_path);
        for (var i = 0; i < bytes.Length; i++)
        {
            var kept = bytes[i];
            bytes[i] ^= (byte)(1 << (i % 8));
            Refused(bytes, $"bit {i % 8} of byte {i} of {bytes.Length} flipped");
            bytes[i] = kept;
        }

        // Letters of the checksum itself: another case is another byte.
        for (var i = bytes.Length - 64; i < bytes.Length; i++)
        {
            var kept = bytes[i];
            bytes[i] ^= 0x20;
            Refused(bytes, $"case of byte {i} flipped");
            bytes[i] = kept;
        }
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Assert.Contains("no such model file", Refusal(_images.PathOf("none.mlp")), StringComparison.Ordinal);
        Assert.Contains("not end as a model file", Refusal(_images.Paths[0]), StringComparison.Ordinal);
        File.WriteAllText(_path, "");
        Assert.Contains("0 bytes", Refusal(_path), StringComparison.Ordinal);
        Assert.Throws<ModelArchiveException>(() => ModelArchive.Load(_images.Root));
    }

    [Fact]
    public void A_sealed_file_with_other_entries_than_its_manifest_lists_is_refused()
    {
        ModelArchive.Save(_path, _model);
        Rewrite(zip => Replace(zip, "model/3/weights.f32", new byte[24 * 4]));
        Assert.Contains("'model/3/weights.f32' is not the one that was saved", Refusal(_path), StringComparison.Ordinal);

        ModelArchive.Save(_path, _model);
        Rewrite(zip => zip.GetEntry("model/3/weights.f32")!.Delete());
        Assert.Contains("not those that its manifest lists", Refusal(_path), StringComparison.Ordinal);

        ModelArchive.Save(_path, _model);
        Rewrite(zip => zip.CreateEntry("more").Open().Dispose());
        Assert.Contains("not those that its manifest lists", Refusal(_path), StringComparison.Ordinal);

        ModelArchive.Save(_path, _model);
        Rewrite(zip => zip.GetEntry("manifest.json")!.Delete());
        Assert.Contains("no manifest", Refusal(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_newer_format_and_an_unknown_kind_are_named()
    {
        ModelArchive.Save(_path, _model);
        Rewrite(zip => Replace(zip, "manifest.json", Text(zip, "manifest.json").Replace("\"formatVersion\": 1", "\"formatVersion\": 99", StringComparison.Ordinal)));
        Assert.Contains("version 99", Refusal(_path), StringComparison.Ordinal);

        ModelArchive.Save(_path, _model with { Transformer = new Stranger() });
        Assert.Contains("'tests.stranger'", Refusal(_path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_chain_of_an_impossible_length_is_refused(int count)
    {
        ModelArchive.Save(_path, _model);
        Rewrite(zip => ReplaceListed(zip, "model/kind.json", Text(zip, "model/kind.json").Replace(": 4", $": {count}", StringComparison.Ordinal)));
        Assert.Contains(count < 0 ? "-1 transformers" : "'model/4/kind.json' is missing", Refusal(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_kept()
    {
        ModelArchive.Save(_path, _model);
        var error = Assert.Throws<ModelArchiveException>(() => ModelArchive.Load(_path, maxBytes: 1000));
        Assert.Contains("limit of 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_model_and_nothing_else()
    {
        ModelArchive.Save(_path, _model);
        var before = File.ReadAllBytes(_path);

        Assert.Throws<InvalidOperationException>(() => ModelArchive.Save(_path, _model with { Transformer = new Failing() }));

        Assert.Equal(before, File.ReadAllBytes(_path));
        Assert.Empty(Directory.GetFiles(_images.Root, "*.tmp"));
        Assert.Throws<ModelArchiveException>(() => ModelArchive.Save(_images.PathOf("no/such/folder/m.mlp"), _model));
    }

    [Fact]
    public void A_model_may_name_its_network_by_hash()
    {
        var context = new MLContext(1);
        var input = PathRow.View(context, _images.Paths);
        var chain = context.Transforms.LoadPictures("Image", null, "ImagePath").Append(context.Transforms.ApplyBackbone(BackboneCatalog.Default));
        ModelArchive.Save(_path, new TrainedModel { Transformer = chain.Fit(input) }, BackboneStorage.ByHash);

        Assert.True(new FileInfo(_path).Length < 20_000);
        var loaded = ((IEnumerable<ITransformer>)ModelArchive.Load(_path).Transformer).OfType<BackboneTransformer>().Single();
        Assert.Equal((BackboneCatalog.Default, 256), (loaded.Backbone.Name, loaded.Backbone.FeatureCount));

        ModelArchive.Save(_path, _model, BackboneStorage.ByHash);
        Assert.Contains("not registered here", Refusal(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_of_the_first_format_stay_readable()
    {
        using var model = ImageClassificationModel.Load(TestNetworks.PathOf("model-v1.mlp"));
        using var picture = TestImages.Noise(48, 40, 77);
        var expected = File.ReadAllLines(TestNetworks.PathOf("model-v1.txt")).Select(float.Parse);

        var scores = model.Predict(PipelineImage.FromRaster(picture)).Scores;

        Assert.All(expected.Zip(scores), p => Assert.Equal(p.First, p.Second, 1e-4f));
        Assert.Equal(TestModels.ClassNames, model.ClassNames);
    }

    public void Dispose() => _images.Dispose();

    private float[][] Scores(TrainedModel model)
    {
        var view = PathRow.View(new MLContext(1), _images.Paths);
        return [.. model.Transformer.Transform(view).GetColumn<float[]>("Score")];
    }

    private void Refused(byte[] bytes, string what)
    {
        var path = _images.PathOf("damaged.mlp");
        File.WriteAllBytes(path, bytes);
        var error = Record.Exception(() => ModelArchive.Load(path));
        Assert.True(error is ModelArchiveException, $"{what}: {error?.ToString() ?? "was loaded"}");
        Assert.StartsWith(path + ": ", error!.Message, StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Assert.Throws<ModelArchiveException>(() => ModelArchive.Load(path)).Message;

    /// <summary>Changes entries and seals the file again, as someone would who knows the format.</summary>
    private void Rewrite(Action<ZipArchive> change)
    {
        string mark;
        using (var zip = ZipFile.Open(_path, ZipArchiveMode.Update))
        {
            mark = zip.Comment[..^64];
            change(zip);
        }

        var bytes = File.ReadAllBytes(_path);
        Assert.Equal(mark, Encoding.ASCII.GetString(bytes[^(mark.Length + 64)..^64]));
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(..^64)))).CopyTo(bytes.AsSpan(bytes.Length - 64));
        File.WriteAllBytes(_path, bytes);
    }

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static void Replace(ZipArchive zip, string name, string content) => Replace(zip, name, Encoding.UTF8.GetBytes(content));

    /// <summary>Replaces an entry and what the manifest says of it.</summary>
    private static void ReplaceListed(ZipArchive zip, string name, string content)
    {
        var manifest = JsonNode.Parse(Text(zip, "manifest.json"))!;
        var entry = manifest["entries"]!.AsArray().Single(e => (string)e!["name"]! == name)!;
        entry["length"] = Encoding.UTF8.GetByteCount(content);
        entry["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        Replace(zip, "manifest.json", manifest.ToJsonString());
        Replace(zip, name, content);
    }

    private static void Replace(ZipArchive zip, string name, byte[] content)
    {
        zip.GetEntry(name)!.Delete();
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(content);
    }

    private sealed class Stranger : RowTransformer
    {
        public override string Kind => "tests.stranger";

        public override void Write(ArchiveWriter writer) => writer.WriteJson("state", 1);

        protected override RowMapping Bind(DataViewSchema inputSchema) => throw new NotSupportedException();
    }

    private sealed class Failing : RowTransformer
    {
        public override string Kind => "tests.failing";

        public override void Write(ArchiveWriter writer)
        {
            writer.WriteBytes("half", new byte[100_000]);
            throw new InvalidOperationException("half way");
        }

        protected override RowMapping Bind(DataViewSchema inputSchema) => throw new NotSupportedException();
    }
}
