using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Tests;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<ModelFileTests.Failing>("tests.failing")]

namespace MlPipeline.Pipeline.Tests;

public sealed class ModelFileTests : IDisposable
{
    private readonly TestImages _images = new(4);
    private readonly TrainedModel _model;
    private readonly string _path;

    public ModelFileTests()
    {
        _model = TestModels.Fit(_images.Paths);
        _path = _images.PathOf("model.mlp");
    }

    [Fact]
    public void A_loaded_model_scores_with_the_same_bits()
    {
        ModelFile.Save(_path, _model);
        var loaded = ModelFile.Load(_path);

        Assert.Equal(Scores(_model.Transformer), Scores(loaded.Transformer));
        Assert.Equal(TestModels.ClassNames, loaded.Card.ClassNames);
        Assert.Equal(0.1 + 0.2, loaded.Card.Metrics["microAccuracy"]);
        Assert.Equal(("abc", "none"), (loaded.Card.DataFingerprint, loaded.Card.Properties["trainer"]));
        Assert.Equal(_model.InputSchema!.Select(c => (c.Name, c.Type)), loaded.InputSchema!.Select(c => (c.Name, c.Type)));
    }

    [Fact]
    public void Its_files_and_those_of_ML_NET_are_one_format()
    {
        var context = new MLContext();
        ModelFile.Save(_path, _model);
        Assert.Equal(Scores(_model.Transformer), Scores(context.Model.Load(_path, out _)));

        var plain = _images.PathOf("plain.zip");
        context.Model.Save(_model.Transformer, _model.InputSchema, plain);
        Assert.Equal(Scores(_model.Transformer), Scores(ModelFile.Load(plain).Transformer));
        Assert.Equal(Scores(_model.Transformer), Scores(context.Model.Load(plain, out _)));
        Assert.Empty(ModelFile.ReadCard(plain).ClassNames);
    }

    [Fact]
    public void The_card_says_what_is_inside()
    {
        ModelFile.Save(_path, _model);
        var card = ModelFile.ReadCard(_path);

        Assert.Equal(ModelCard.CurrentFormat, card.FormatVersion);
        Assert.Contains(card.InputColumns, c => c is { Name: "ImagePath", Type: "String" });
        Assert.StartsWith("5.0.1", card.Versions["Microsoft.ML"], StringComparison.Ordinal);
        var backbone = Assert.Single(card.Backbones);
        Assert.Equal((TestNetworks.MeanPooled.Sha256, true, TestNetworks.Recipe),
            (backbone.Sha256, backbone.Embedded, backbone.Preprocessing));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes_also_after_loading()
    {
        ModelFile.Save(_path, _model);
        var again = _images.PathOf("again.mlp");
        ModelFile.Save(again, _model);
        Assert.Equal(File.ReadAllBytes(_path), File.ReadAllBytes(again));

        ModelFile.Save(again, ModelFile.Load(_path));
        Assert.Equal(File.ReadAllBytes(_path), File.ReadAllBytes(again));
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        ModelFile.Save(_path, _model);
        var bytes = File.ReadAllBytes(_path);
        for (var length = 0; length < bytes.Length; length += length < 200 || length > bytes.Length - 200 ? 1 : 17)
            Refused(bytes[..length], $"cut to {length} of {bytes.Length}");

        Refused([.. bytes, 0], "a byte appended");
    }

    [Fact]
    public void Every_flipped_byte_is_refused()
    {
        ModelFile.Save(_path, _model);
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
    public void Of_a_file_without_a_seal_no_flipped_byte_changes_a_score()
    {
        new MLContext().Model.Save(_model.Transformer, _model.InputSchema, _path);
        var (bytes, expected) = (File.ReadAllBytes(_path), Scores(_model.Transformer));
        var refused = 0;
        for (var i = 0; i < bytes.Length; i += 41)
        {
            var kept = bytes[i];
            bytes[i] ^= (byte)(1 << (i % 8));
            var path = _images.PathOf("damaged.zip");
            File.WriteAllBytes(path, bytes);
            try
            {
                // What is not refused lies where nothing is read, such as times.
                Assert.Equal(expected, Scores(ModelFile.Load(path).Transformer));
            }
            catch (ModelFileException)
            {
                refused++;
            }

            bytes[i] = kept;
        }

        Assert.True(refused > bytes.Length / 41 / 2, $"{refused} refused");
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Assert.Contains("no such model file", Refusal(_images.PathOf("none.mlp")), StringComparison.Ordinal);
        Assert.Contains("not a whole model file", Refusal(_images.Paths[0]), StringComparison.Ordinal);
        File.WriteAllText(_path, "");
        Assert.Contains("not a whole model file", Refusal(_path), StringComparison.Ordinal);
        Assert.Throws<ModelFileException>(() => ModelFile.Load(_images.Root));
    }

    [Fact]
    public void Models_of_the_old_format_are_refused_with_what_to_do() =>
        Assert.Contains("train the model again", Refusal(TestNetworks.PathOf("model-v1.mlp")), StringComparison.Ordinal);

    [Fact]
    public void A_newer_format_and_an_unknown_kind_are_named()
    {
        ModelFile.Save(_path, _model);
        Rewrite(zip => Replace(zip, "MlPipeline/card.json",
            Text(zip, "MlPipeline/card.json")
                .Replace("\"formatVersion\": 1", "\"formatVersion\": 99", StringComparison.Ordinal)));
        Assert.Contains("version 99", Refusal(_path), StringComparison.Ordinal);

        Assert.Contains("'tests.stranger'", Assert.Throws<NotSupportedException>(
            () => ModelFile.Save(_path, _model with { Transformer = new Stranger() })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sealed_file_with_a_network_or_weights_that_do_not_fit_is_refused()
    {
        ModelFile.Save(_path, _model);
        Rewrite(zip => Replace(zip, Entry(zip, "weights.f32"), new byte[7]));
        Assert.Contains("'weights' has 7 bytes", Refusal(_path), StringComparison.Ordinal);

        ModelFile.Save(_path, _model);
        Rewrite(zip => Replace(zip, Entry(zip, "backbone.onnx"), File.ReadAllBytes(TestNetworks.PathOf("class-maps.onnx"))));
        Assert.NotEmpty(Refusal(_path));

        ModelFile.Save(_path, _model);
        Rewrite(zip => zip.GetEntry(Entry(zip, "backbone.onnx"))!.Delete());
        Assert.Contains("is missing", Refusal(_path), StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_are_kept()
    {
        ModelFile.Save(_path, _model);
        var error = Assert.Throws<ModelFileException>(() => ModelFile.Load(_path, maxBytes: 1000));
        Assert.Contains("limit of 1000", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_model_and_nothing_else()
    {
        ModelFile.Save(_path, _model);
        var before = File.ReadAllBytes(_path);

        Assert.Throws<InvalidOperationException>(() => ModelFile.Save(_path, _model with { Transformer = new Failing() }));

        Assert.Equal(before, File.ReadAllBytes(_path));
        Assert.Empty(Directory.GetFiles(_images.Root, "*.tmp"));
        Assert.Throws<ModelFileException>(() => ModelFile.Save(Path.Combine(_path, "m.mlp"), _model));
    }

    [Fact]
    public void A_model_may_name_its_network_by_hash()
    {
        var context = new MLContext(1);
        var input = PathRow.View(context, _images.Paths);
        var model = context.Transforms.ApplyBackbone("bootstrap-resnet").Fit(input);
        ModelFile.Save(_path, new TrainedModel { Transformer = model }, BackboneStorage.ByHash);

        Assert.True(new FileInfo(_path).Length < 20_000);
        var loaded = (BackboneTransformer)ModelFile.Load(_path).Transformer;
        Assert.Equal(("bootstrap-resnet", 256), (loaded.Backbone.Name, loaded.Backbone.FeatureCount));

        ModelFile.Save(_path, _model, BackboneStorage.ByHash);
        Assert.Contains("not registered here", Refusal(_path), StringComparison.Ordinal);
    }

    public void Dispose() => _images.Dispose();

    private float[][] Scores(ITransformer model) =>
        [.. model.Transform(PathRow.View(new MLContext(1), _images.Paths)).GetColumn<float[]>("Score")];

    private void Refused(byte[] bytes, string what)
    {
        var path = _images.PathOf("damaged.mlp");
        File.WriteAllBytes(path, bytes);
        var error = Record.Exception(() => ModelFile.Load(path));
        Assert.True(error is ModelFileException, $"{what}: {error?.ToString() ?? "was loaded"}");
        Assert.StartsWith(path + ": ", error!.Message, StringComparison.Ordinal);
    }

    private static string Refusal(string path) => Assert.Throws<ModelFileException>(() => ModelFile.Load(path)).Message;

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
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(..^64))))
            .CopyTo(bytes.AsSpan(bytes.Length - 64));
        File.WriteAllBytes(_path, bytes);
    }

    private static string Text(ZipArchive zip, string name)
    {
        using var reader = new StreamReader(zip.GetEntry(name)!.Open());
        return reader.ReadToEnd();
    }

    private static void Replace(ZipArchive zip, string name, string content) =>
        Replace(zip, name, Encoding.UTF8.GetBytes(content));

    private static string Entry(ZipArchive zip, string name) =>
        zip.Entries.Single(e => e.FullName.EndsWith(name, StringComparison.Ordinal)).FullName;

    private static void Replace(ZipArchive zip, string name, byte[] content)
    {
        zip.GetEntry(name)!.Delete();
        using var stream = zip.CreateEntry(name).Open();
        stream.Write(content);
    }

    private sealed class Stranger : RowTransformer
    {
        public override string Kind => "tests.stranger";

        public override void Write(ModelWriter writer) => writer.WriteJson("state", 1);

        protected override RowMapping Bind(DataViewSchema inputSchema) => throw new NotSupportedException();
    }

    internal sealed class Failing : RowTransformer, ISavedTransformer<Failing>
    {
        public override string Kind => "tests.failing";

        public static Failing Read(ModelReader reader) => new();

        public override void Write(ModelWriter writer)
        {
            writer.WriteFloats("half", new float[100_000]);
            throw new InvalidOperationException("half way");
        }

        protected override RowMapping Bind(DataViewSchema inputSchema) => throw new NotSupportedException();
    }
}
