using System.Text.Json;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>Networks as users have them: layouts, types, data in other files, quantised, with all kinds of outputs.</summary>
public sealed class NetworkTests : IDisposable
{
    private const int Side = 16;
    private const int Channels = 4;

    private readonly TemporaryFolder _folder = new();

    public NetworkTests()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        var random = new Random(4);
        for (var i = 0; i < 2; i++)
        {
            using var raster = new Raster(Side, Side);
            random.NextBytes(raster.Pixels);
            File.WriteAllBytes(_folder["pictures", $"{i}.png"], PngEncoder.Encode(raster));
        }
    }

    [Theory]
    [InlineData(OnnxBuilder.Float, false, 3, "tensorflow")]
    [InlineData(OnnxBuilder.Float, true, 3, "torch")]
    [InlineData(OnnxBuilder.Float, true, 3, "caffe")]
    [InlineData(OnnxBuilder.Float, true, 3, "raw-bgr")]
    [InlineData(OnnxBuilder.Half, false, 3, "torch")]
    [InlineData(OnnxBuilder.Half, true, 3, "unit")]
    [InlineData(OnnxBuilder.UInt8, false, 3, "raw")]
    [InlineData(OnnxBuilder.UInt8, true, 3, "raw-bgr")]
    [InlineData(OnnxBuilder.Float, false, 1, "torch")]
    [InlineData(OnnxBuilder.UInt8, true, 1, "raw")]
    public void Layout_type_and_channels_are_the_networks_and_the_recipe_the_users(
        int type, bool isNhwc, int channels, string recipe)
    {
        var file = Save(Network(type, isNhwc, channels));
        var scores = new List<float[]>();
        foreach (var runtime in (string[])["managed", "onnxruntime"])
        {
            var images = Classify(file, "--preprocess", recipe, "--runtime", runtime);
            scores.Add([.. images.SelectMany(i => InOrder(i))]);
        }

        var expected = new[] { "0.png", "1.png" }.SelectMany(p => Softmax(Expected(_folder["pictures", p], channels, recipe)));
        Assert.All(scores, s => Assert.All(expected.Zip(s), pair => Assert.Equal(pair.First, pair.Second, 2e-3f)));
    }

    [Fact]
    public void A_normalisation_of_bytes_is_refused_with_what_would_be_right()
    {
        var file = Save(Network(OnnxBuilder.UInt8, false, 3));

        var run = CommandRun.Of("classify", _folder["pictures"], "--backbone", file, "--preprocess", "torch");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("UInt8", run.Error, StringComparison.Ordinal);
        Assert.Contains("raw", run.Error, StringComparison.Ordinal);
        var signed = CommandRun.Of("classify", _folder["pictures"], "--backbone", Save(Network(OnnxBuilder.Int8, false, 3)));
        Assert.Equal(1, signed.ExitCode);
        Assert.Contains("Int8", signed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_beside_the_network_is_part_of_it_and_goes_into_saved_models()
    {
        var inside = Save(Network(OnnxBuilder.Float, false, 3));
        var outside = SaveExternal("net.onnx.data", cut: 0);

        Assert.Equal(Classify(inside, "--preprocess", "torch").SelectMany(InOrder),
            Classify(outside, "--preprocess", "torch").SelectMany(InOrder));
        var first = CommandRun.Of("backbones", "add", outside, "--name", "outside", "--preprocess", "torch", "--json").Good();
        var data = outside + ".data";
        var weights = File.ReadAllBytes(data);
        weights[0] ^= 1;
        File.WriteAllBytes(data, weights);
        var second = CommandRun.Of("backbones", "add", outside, "--name", "other", "--preprocess", "torch", "--json").Good();
        Assert.NotEqual(first.Json.GetProperty("sha256").GetString(), second.Json.GetProperty("sha256").GetString());

        var training = Labelled();
        var model = _folder["model.zip"];
        CommandRun.Of("train", training, "--backbone", outside, "--preprocess", "torch", "--out", model, "--no-cache", "--quiet")
            .Good();
        var before = CommandRun.Of("predict", model, _folder["pictures"], "--json", "--quiet").Good();
        File.Delete(outside);
        File.Delete(data);
        var after = CommandRun.Of("predict", model, _folder["pictures"], "--json", "--quiet").Good();
        Assert.Equal(before.Output, after.Output);
    }

    [Theory]
    [InlineData("../net.onnx.data")]
    [InlineData("/etc/hostname")]
    [InlineData("missing.data")]
    [InlineData("link.data")]
    [InlineData("links/net.data")]
    public void Data_from_elsewhere_and_missing_data_are_refused_by_name(string location)
    {
        var elsewhere = Directory.CreateDirectory(_folder["elsewhere"]).FullName;
        File.WriteAllBytes(Path.Combine(elsewhere, "net.data"), new byte[1 << 16]);
        Directory.CreateDirectory(_folder["net"]);
        File.WriteAllBytes(_folder["net.onnx.data"], new byte[1 << 16]);
        File.CreateSymbolicLink(_folder["net", "link.data"], Path.Combine(elsewhere, "net.data"));
        Directory.CreateSymbolicLink(_folder["net", "links"], elsewhere);
        var file = SaveExternal(location, cut: 0, "net");

        var run = CommandRun.Of("classify", _folder["pictures"], "--backbone", file, "--preprocess", "torch");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains($"'{location}'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_is_cut_short_is_refused_by_name()
    {
        var file = SaveExternal("net.onnx.data", cut: 4);

        var run = CommandRun.Of("classify", _folder["pictures"], "--backbone", file, "--preprocess", "torch");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("net.onnx.data", run.Error, StringComparison.Ordinal);
        Assert.Contains("initialiser 'b'", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sigmoid_gives_probabilities_by_themselves()
    {
        var several = Save(Network(OnnxBuilder.Float, false, 3, ends: "Sigmoid"));
        var logits = Expected(_folder["pictures", "0.png"], 3, "torch");

        var image = Classify(several, "--preprocess", "torch")[0];

        Assert.All(logits.Zip(InOrder(image)), p => Assert.Equal(1 / (1 + Math.Exp(-p.First)), p.Second, 1e-3));
        var said = Classify(several, "--preprocess", "torch", "--outputs", "logits")[0];
        Assert.All(Softmax(logits).Zip(InOrder(said)), p => Assert.Equal(p.First, p.Second, 1e-3f));
        var unsaid = Classify(Save(Network(OnnxBuilder.Float, false, 3)), "--preprocess", "torch", "--outputs", "sigmoid")[0];
        Assert.Equal(InOrder(image), InOrder(unsaid));
    }

    [Fact]
    public void The_one_output_of_a_sigmoid_is_the_second_class()
    {
        var file = Save(Network(OnnxBuilder.Float, false, 3, ends: "Sigmoid", classes: 1));
        var probability = 1 / (1 + Math.Exp(-Expected(_folder["pictures", "0.png"], 3, "torch", 1)[0]));
        File.WriteAllText(_folder["labels.tsv"], "good\nbad\n");

        var alone = Classify(file, "--preprocess", "torch")[0];
        Assert.Equal(probability, alone.GetProperty("top")[0].GetProperty("score").GetDouble(), 1e-3);
        Assert.Equal(probability >= 0.5, HasLabel(alone));
        Assert.All(Classify(file, "--preprocess", "torch"),
            p => Assert.Equal(p.GetProperty("top")[0].GetProperty("score").GetDouble() >= 0.5, HasLabel(p)));
        var named = Classify(file, "--preprocess", "torch", "--labels", _folder["labels.tsv"])[0];
        Assert.Equal([1 - probability, probability], InOrder(named).Select(p => (double)p), (a, b) => Math.Abs(a - b) < 1e-3);
        var plain = CommandRun.Of("classify", _folder["pictures"], "--preprocess", "torch", "--backbone",
            Save(Network(OnnxBuilder.Float, false, 3, classes: 1)));
        Assert.Equal(1, plain.ExitCode);
        Assert.Contains("--outputs sigmoid", plain.Error, StringComparison.Ordinal);

        static bool HasLabel(JsonElement image) =>
            image.TryGetProperty("label", out var label) && label.ValueKind == JsonValueKind.String;
    }

    [Theory]
    [InlineData("Relu")]
    [InlineData("Tanh")]
    [InlineData(null)]
    public void A_network_without_a_classifier_is_not_asked_for_classes(string? ends)
    {
        var file = Save(Network(OnnxBuilder.Float, false, 3, ends: ends, hasClassifier: ends is not null));

        var run = CommandRun.Of("classify", _folder["pictures"], "--backbone", file, "--preprocess", "torch");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no classifier", run.Error, StringComparison.Ordinal);
        var features = _folder["f.csv"];
        CommandRun.Of("features", Labelled(), "--backbone", file, "--preprocess", "torch", "--out", features, "--no-cache")
            .Good();
    }

    [Fact]
    public void A_side_file_may_name_a_recipe_and_is_refused_where_it_says_what_nobody_knows()
    {
        var file = Save(Network(OnnxBuilder.Float, true, 3));
        var named = Classify(file, "--preprocess", "caffe").SelectMany(InOrder).ToArray();
        File.WriteAllText(file + ".json", """{ "preprocessing": "caffe", "outputs": "logits" }""");
        Assert.Equal(named, Classify(file).SelectMany(InOrder));
        File.WriteAllText(file + ".json", """
            { "preprocessing": { "colorOrder": "Bgr", "mean": { "red": 123.68, "green": 116.78, "blue": 103.94 } } }
            """);
        Assert.Equal(named, Classify(file).SelectMany(InOrder));
        File.WriteAllText(file + ".json", """{ "preprocess": "caffe" }""");
        var run = CommandRun.Of("classify", _folder["pictures"], "--backbone", file);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("'preprocess'", run.Error, StringComparison.Ordinal);
        Assert.Contains(".onnx.json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Quantised_operators_give_what_they_stand_for()
    {
        var real = Classify(Save(Network(OnnxBuilder.Float, false, 3)), "--preprocess", "unit").SelectMany(InOrder).ToArray();
        var file = Save(Quantised());
        foreach (var runtime in (string[])["managed", "onnxruntime"])
        {
            var scores = Classify(file, "--preprocess", "unit", "--runtime", runtime).SelectMany(InOrder);
            Assert.All(real.Zip(scores), p => Assert.Equal(p.First, p.Second, 0.02f));
        }
    }

    [Fact]
    public void Networks_of_ImageNet_have_its_names()
    {
        var file = Save(Network(OnnxBuilder.Float, false, 3, classes: 1001));

        var image = Classify(file, "--preprocess", "torch", "--top", "1001")[0];

        var labels = image.GetProperty("top").EnumerateArray().OrderBy(t => t.GetProperty("index").GetInt32()).ToArray();
        Assert.Equal(["background", "tench", "goldfish"], labels.Take(3).Select(l => l.GetProperty("label").GetString()));
        Assert.Equal("n01440764", labels[1].GetProperty("id").GetString());
        Assert.Equal("toilet tissue", labels[1000].GetProperty("label").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private static float[] InOrder(JsonElement image) => [.. image.GetProperty("top").EnumerateArray()
        .OrderBy(t => t.GetProperty("index").GetInt32()).Select(t => t.GetProperty("score").GetSingle())];

    private JsonElement[] Classify(string file, params string[] options) => [.. CommandRun.Of(
        ["classify", _folder["pictures"], "--backbone", file, "--json", "--quiet", .. options]).Good()
        .Json.GetProperty("images").EnumerateArray()];

    private string Save(byte[] network)
    {
        var path = _folder[$"{Guid.NewGuid():N}.onnx"];
        File.WriteAllBytes(path, network);
        return path;
    }

    /// <summary>Six pictures of two classes.</summary>
    private string Labelled()
    {
        var random = new Random(6);
        for (var i = 0; i < 12; i++)
        {
            var folder = Directory.CreateDirectory(_folder["labelled", $"{i % 2}"]).FullName;
            using var raster = new Raster(Side, Side);
            random.NextBytes(raster.Pixels);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), PngEncoder.Encode(raster));
        }

        return _folder["labelled"];
    }

    /// <summary>A 1 x 1 convolution, a mean over all places, a linear layer.</summary>
    private static byte[] Network(int type, bool isNhwc, int channels, string? ends = null, int classes = 4,
        bool hasClassifier = true, Action<OnnxBuilder>? weights = null)
    {
        var builder = new OnnxBuilder();
        builder.Input("x", type, isNhwc ? [-1, Side, Side, channels] : [-1, channels, Side, Side]);
        var value = "x";
        if (isNhwc)
            builder.Node("Transpose", ["x"], value = "planes", ("perm", new[] { 0, 3, 1, 2 }));
        if (type != OnnxBuilder.Float)
        {
            builder.Node("Cast", [value], "real", ("to", OnnxBuilder.Float));
            value = "real";
        }

        builder.Node("Conv", [value, "w", "b"], "c", ("kernel_shape", new[] { 1, 1 })).Node("Relu", ["c"], "map")
            .Node("GlobalAveragePool", ["map"], "pool").Node("Flatten", ["pool"], hasClassifier ? "flat" : "y");
        if (hasClassifier)
            builder.Node("Gemm", ["flat", "v"], ends is null ? "y" : "logits", ("transB", 1));
        if (ends is not null)
            builder.Node(ends, ["logits"], "y");
        builder.Output("y", -1, hasClassifier ? classes : Channels)
            .Floats("v", [classes, Channels], Weights(2, classes * Channels));
        weights ??= b => b.Floats("w", [Channels, channels, 1, 1], Weights(1, Channels * channels))
            .Floats("b", [Channels], Weights(3, Channels));
        weights(builder);
        return builder.ToBytes();
    }

    private string SaveExternal(string location, int cut, string? folder = null)
    {
        var path = folder is null ? _folder["net.onnx"] : _folder[folder, "net.onnx"];
        byte[] data = [.. Weights(1, 12).Concat(Weights(3, 4)).SelectMany(BitConverter.GetBytes)];
        if (folder is null)
            File.WriteAllBytes(path + ".data", data[..^cut]);
        File.WriteAllBytes(path, Network(OnnxBuilder.Float, false, 3, weights: b => b
            .External("w", [Channels, 3, 1, 1], location, 0, 48).External("b", [Channels], location, 48, 16)));
        return path;
    }

    /// <summary>The same network with quantised operators, its input in 0..1.</summary>
    private static byte[] Quantised()
    {
        float[] w = Weights(1, 12), b = Weights(3, 4), v = Weights(2, 16);
        static sbyte[] Whole(float[] values, float scale) => [.. values.Select(x => (sbyte)Math.Round(x / scale))];
        static byte[] Bytes(sbyte[] values) => [.. values.Select(x => (byte)x)];
        const float Scale = 0.01f;
        return new OnnxBuilder().Input("x", OnnxBuilder.Float, -1, 3, Side, Side)
            .Floats("xs", [], 1f / 255).Tensor("xz", OnnxBuilder.UInt8, [], [0])
            .Floats("ws", [Channels], Scale, Scale, Scale, Scale).Tensor("wz", OnnxBuilder.Int8, [Channels], new byte[Channels])
            .Tensor("w", OnnxBuilder.Int8, [Channels, 3, 1, 1], Bytes(Whole(w, Scale)))
            .Tensor("b", OnnxBuilder.Int32, [Channels],
                [.. b.SelectMany(x => BitConverter.GetBytes((int)Math.Round(x / (Scale / 255))))])
            .Floats("ms", [], 0.02f).Tensor("mz", OnnxBuilder.UInt8, [], [0])
            .Floats("vs", [], Scale).Tensor("v", OnnxBuilder.Int8, [Channels, 4], Bytes(Whole(Transposed(v), Scale)))
            .Node("QuantizeLinear", ["x", "xs", "xz"], "q")
            .Node("QLinearConv", ["q", "xs", "xz", "w", "ws", "wz", "ms", "mz", "b"], "c", ("kernel_shape", new[] { 1, 1 }))
            .Node("com.microsoft", "QLinearGlobalAveragePool", ["c", "ms", "mz", "ms", "mz"], ["pool"])
            .Node("DequantizeLinear", ["pool", "ms", "mz"], "real").Node("Flatten", ["real"], "flat")
            .Node("", "DynamicQuantizeLinear", ["flat"], ["dq", "ds", "dz"])
            .Node("MatMulInteger", ["dq", "v", "dz"], "whole").Node("Cast", ["whole"], "sum", ("to", OnnxBuilder.Float))
            .Node("Mul", ["ds", "vs"], "steps").Node("Mul", ["sum", "steps"], "y").Output("y", -1, 4).ToBytes();
    }

    private static float[] Transposed(float[] values) =>
        [.. Enumerable.Range(0, 16).Select(i => values[i % 4 * 4 + i / 4])];

    private static float[] Weights(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 0.8f)];
    }

    private static float[] Softmax(float[] logits)
    {
        double[] e = [.. logits.Select(l => Math.Exp(l - logits.Max()))];
        return [.. e.Select(x => (float)(x / e.Sum()))];
    }

    /// <summary>The logits, computed by hand.</summary>
    private static float[] Expected(string file, int channels, string recipe, int classes = 4)
    {
        using var raster = ImageDecoder.DecodeFile(file);
        float[] w = Weights(1, Channels * channels), b = Weights(3, Channels), v = Weights(2, classes * Channels);
        var pooled = new double[Channels];
        for (var i = 0; i < Side * Side; i++)
        {
            var x = Pixel(raster.Pixels.Slice(3 * i, 3), channels, recipe);
            for (var k = 0; k < Channels; k++)
                pooled[k] += Math.Max(0, b[k] + x.Select((value, c) => w[k * channels + c] * value).Sum()) / (Side * Side);
        }

        return [.. Enumerable.Range(0, classes)
            .Select(c => (float)Enumerable.Range(0, Channels).Sum(k => v[c * Channels + k] * pooled[k]))];
    }

    private static double[] Pixel(ReadOnlySpan<byte> rgb, int channels, string recipe)
    {
        double[] p = [rgb[0], rgb[1], rgb[2]];
        if (channels == 1)
            p = [Math.Round(0.299 * p[0] + 0.587 * p[1] + 0.114 * p[2])];
        double[] mean = [0.485, 0.456, 0.406], deviation = [0.229, 0.224, 0.225], caffe = [123.68, 116.78, 103.94];
        if (channels == 1)
            (mean, deviation) = ([mean.Average()], [deviation.Average()]);
        p = recipe switch
        {
            "torch" => [.. p.Select((x, c) => (x / 255 - mean[c]) / deviation[c])],
            "tensorflow" => [.. p.Select(x => x / 127.5 - 1)],
            "unit" => [.. p.Select(x => x / 255)],
            "caffe" => [.. p.Select((x, c) => x - caffe[c])],
            _ => p,
        };
        return recipe is "caffe" or "raw-bgr" ? [.. p.Reverse()] : p;
    }
}
