using MlPipeline.Data.Sources;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Trainers.Tests.Search.Features;

/// <summary>The recipe that a network was trained with is found by what the network makes of pictures.</summary>
public sealed class PreprocessingProbeTests : IDisposable
{
    private const int Side = 16;
    private const int Channels = 12;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-probe-").FullName;

    [Theory]
    [InlineData("torch")]
    [InlineData("caffe")]
    [InlineData("tensorflow")]
    [InlineData("unit")]
    [InlineData("raw")]
    public void The_recipe_is_found_by_the_statistics_of_the_first_batch_normalisation(string recipe)
    {
        var pictures = Pictures();
        var backbone = Network(pictures, PreprocessingRecipes.Find(recipe)!);

        var probe = PreprocessingProbe.Run(backbone, pictures);
        var chosen = probe.ApplyTo(backbone);

        Assert.Equal(recipe, probe.Chosen.Split('-')[0]);
        Assert.True(backbone.PreprocessingIsGuessed);
        Assert.False(chosen.PreprocessingIsGuessed);
        Assert.Equal(backbone.Preprocessing.WithNormalizationOf(PreprocessingRecipes.Find(probe.Chosen)!), chosen.Preprocessing);
        Assert.Equal(probe.Candidates.Count + 1, chosen.PreprocessingEvidence!.Count);
        Assert.Equal(probe.Evidence, PreprocessingProbe.Run(backbone, pictures).Evidence);
    }

    [Fact]
    public void Recipes_of_which_the_network_makes_the_same_are_one_contender()
    {
        // It takes off the mean and divides by the deviation of each picture itself.
        Node[] nodes =
        [
            new("InstanceNormalization", ["x", "one", "nil"], ["n"], NodeAttributes.Of(("epsilon", 1e-12f))),
            new("Conv", ["n", "w"], ["c"]), new("Relu", ["c"], ["map"]), new("GlobalAveragePool", ["map"], ["pooled"]),
        ];
        var graph = new Graph("g", [new ValueInfo("x", ElementType.Float32, [-1, 3, Side, Side])], nodes,
            new Dictionary<string, Tensor>
            {
                ["one"] = Tensor.Of([1f, 1, 1], 3),
                ["nil"] = Tensor.Of([0f, 0, 0], 3),
                ["w"] = Tensor.Of(Weights(), Channels, 3, 1, 1),
            }, ["pooled"]);

        var probe = PreprocessingProbe.Run(Backbone.FromOnnx(OnnxWriter.ToBytes(graph), "net.onnx"), Pictures());

        Assert.Equal(2, probe.Candidates.Count);
        Assert.Equal(["torch", "tensorflow", "unit", "raw", "caffe-rgb"], probe.Candidates[0].Recipes);
        Assert.Equal("torch", probe.Chosen);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Pictures of one class, so without labels: colours about ImageNet's mean.</summary>
    private ImageDataSet Pictures()
    {
        var random = new Random(3);
        List<ImageRecord> records = [];
        for (var i = 0; i < 12; i++)
        {
            using var raster = new Raster(Side, Side);
            var tint = random.Next(-40, 40);
            for (var p = 0; p < raster.Pixels.Length; p++)
                raster.Pixels[p] = (byte)Math.Clamp(125 - 10 * (p % 3) + tint + random.Next(-90, 90), 0, 255);
            var path = Path.Combine(_folder, $"{i}.png");
            File.WriteAllBytes(path, PngEncoder.Encode(raster));
            records.Add(new ImageRecord(path, ""));
        }

        return new ImageDataSet(_folder, records);
    }

    /// <summary>A convolution with a batch normalisation that has seen the pictures by a recipe.</summary>
    private static Backbone Network(ImageDataSet pictures, Preprocessing recipe)
    {
        var weights = Weights();
        double[] sums = new double[Channels], squares = new double[Channels];
        var fitted = recipe with { Width = Side, Height = Side, ShorterSide = Side, Layout = PixelLayout.Nchw };
        var values = new float[3 * Side * Side];
        foreach (var record in pictures.Records)
        {
            using var raster = ImageDecoder.DecodeFile(record.Path);
            fitted.Write(raster, values);
            for (var k = 0; k < Channels; k++)
            {
                for (var p = 0; p < Side * Side; p++)
                {
                    double y = Enumerable.Range(0, 3).Sum(c => weights[k * 3 + c] * values[c * Side * Side + p]);
                    sums[k] += y;
                    squares[k] += y * y;
                }
            }
        }

        double count = pictures.Records.Count * Side * Side;
        float[] means = [.. sums.Select(s => (float)(s / count))];
        float[] variances = [.. squares.Select((s, k) => (float)(s / count) - means[k] * means[k])];
        Node[] nodes =
        [
            new("Conv", ["x", "w"], ["c"]), new("BatchNormalization", ["c", "scale", "shift", "mean", "variance"], ["n"]),
            new("Relu", ["n"], ["map"]), new("GlobalAveragePool", ["map"], ["pooled"]),
        ];
        var graph = new Graph("g", [new ValueInfo("x", ElementType.Float32, [-1, 3, Side, Side])], nodes,
            new Dictionary<string, Tensor>
            {
                ["w"] = Tensor.Of(weights, Channels, 3, 1, 1),
                ["scale"] = Tensor.Of(Enumerable.Repeat(1f, Channels).ToArray(), Channels),
                ["shift"] = Tensor.Of(new float[Channels], Channels),
                ["mean"] = Tensor.Of(means, Channels),
                ["variance"] = Tensor.Of(variances, Channels),
            }, ["pooled"]);
        return Backbone.FromOnnx(OnnxWriter.ToBytes(graph), "net.onnx");
    }

    private static float[] Weights()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 3 * Channels).Select(_ => random.NextSingle() * 2 - 1)];
    }
}
