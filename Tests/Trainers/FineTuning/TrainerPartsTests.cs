using MlPipeline.Data.Splits;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Tests.FineTuning;

public sealed class TrainerPartsTests
{
    [Theory]
    [InlineData("1111", "1110", false)]
    [InlineData("11101", "00011", false)]
    [InlineData("1111011", "0000111", true)]
    [InlineData("1100", "0000", true)]
    [InlineData("0010", "0002", false)]
    [InlineData("0030", "0002", false)]
    [InlineData("", "", false)]
    public void An_earlier_epoch_must_be_better_by_more_than_chance(string earlier, string last, bool isBetter)
    {
        static EpochWeights Of(string rights) => new(1, [.. rights.Select(c => (float)(c - '0'))], []);
        Assert.Equal(isBetter, Of(earlier).IsBetterThan(Of(last)));
    }

    [Theory]
    [InlineData(LearningRateSchedule.Cosine, new[] { 0.25, 1, 0.5, 0 })]
    [InlineData(LearningRateSchedule.Step, new[] { 0.25, 1, 0.1, 0.01 })]
    [InlineData(LearningRateSchedule.Constant, new[] { 0.25, 1, 1, 1 })]
    [InlineData(LearningRateSchedule.OneCycle, new[] { 0.0602, 0.3299, 0.7057, 4e-6 })]
    public void Rates_rise_and_fall_as_the_schedule_says(LearningRateSchedule schedule, double[] expected)
    {
        var rates = new RateSchedule(new FineTuningOptions { Schedule = schedule, Epochs = 9, DropEpochs = 4 }, 1, 4);
        long[] steps = [1, 4, 20, 36];
        for (var i = 0; i < steps.Length; i++)
            Assert.Equal(expected[i], rates.At(steps[i]), 3);
    }

    [Fact]
    public void A_plateau_lowers_the_rate_after_epochs_without_progress()
    {
        var rates = new RateSchedule(new FineTuningOptions { Schedule = LearningRateSchedule.Plateau, DropFactor = 0.5 }, 1, 4);
        rates.EpochEnded(1);
        rates.EpochEnded(1.1);
        Assert.Equal(1, rates.At(12));
        rates.EpochEnded(1);
        Assert.Equal(0.5, rates.At(16));
        rates.EpochEnded(0.9);
        rates.EpochEnded(0.8);
        Assert.Equal(0.5, rates.At(24));
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(3)]
    public void Shares_have_the_mean_and_the_variance_of_their_distribution(double alpha)
    {
        SeededRandom random = new(1);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => BatchMixing.Beta(alpha, random))];
        Assert.Equal(0.5, draws.Average(), 0.01);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), draws.Average(d => (d - 0.5) * (d - 0.5)), 0.005);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0, 1)]
    public void Targets_are_mixed_by_the_share_of_the_pixels(double mixup, double cutmix)
    {
        var recipe = Preprocessing.Torch(8);
        for (var seed = 0; seed < 20; seed++)
        {
            // Pictures of class c are c everywhere.
            int[] labels = [0, 1, 2, 3];
            var pixels = new float[4 * recipe.Length];
            for (var i = 0; i < pixels.Length; i++)
                pixels[i] = labels[i / recipe.Length];
            float[] weights = [1, 2, 4, 8];
            var alone = Tensor.Zeros(ElementType.Float32, 4, 4);
            foreach (var label in labels)
                alone.Floats[(label * 4) + label] = 1;
            var (targets, counts) = BatchMixing.Mix(pixels, recipe, alone, weights,
                new FineTuningOptions { Mixup = mixup, Cutmix = cutmix }, new SeededRandom(seed));
            for (var row = 0; row < 4; row++)
            {
                var target = targets.Floats.Slice(row * 4, 4).ToArray();
                Assert.Equal(1, target.Sum(), 5);

                // What a class has of the target, times the row's weight, is its share of the pixels times its own weight.
                var mean = pixels.Skip(row * recipe.Length).Take(recipe.Length).Average();
                Assert.Equal(mean, target.Select((t, c) => t * counts[row] / weights[c] * c).Sum(), 4);
            }
        }
    }

    [Fact]
    public void A_picture_that_is_turned_by_a_right_angle_is_the_picture_with_its_sides_exchanged()
    {
        using Raster picture = new(5, 5);
        for (var i = 0; i < picture.Pixels.Length; i++)
            picture.Pixels[i] = (byte)(i * 3);
        using var turned = PictureChanges.Turn(picture, 90);
        for (var y = 0; y < 5; y++)
        {
            for (var x = 0; x < 5; x++)
                Assert.Equal(picture.Row(4 - x)[y * 3], turned.Row(y)[x * 3]);
        }
    }

    [Fact]
    public void Colours_change_by_the_factors()
    {
        using Raster picture = new(2, 1);
        picture.Pixels.Fill(100);
        picture.Pixels[0] = 200;
        using var brighter = picture.Clone();
        PictureChanges.Recolor(brighter, 1.2, 1, 1);
        Assert.Equal([240, 120, 120, 120, 120, 120], brighter.Pixels.ToArray());
        using var gray = picture.Clone();
        PictureChanges.Recolor(gray, 1, 1, 0);
        Assert.Equal([130, 130, 130, 100, 100, 100], gray.Pixels.ToArray());
        using var flat = picture.Clone();
        PictureChanges.Recolor(flat, 1, 0, 1);
        Assert.Single(flat.Pixels.ToArray().Distinct());
    }

    [Fact]
    public void Options_that_make_no_sense_are_named()
    {
        Assert.Equal("Mixup", Assert.Throws<ArgumentOutOfRangeException>(() => new FineTuningOptions { Mixup = -1 }).ParamName);
        Assert.Equal("DropFactor",
            Assert.Throws<ArgumentOutOfRangeException>(() => new FineTuningOptions { DropFactor = 1 }).ParamName);
        Assert.Equal("SmallestArea",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RandomAugmentation { SmallestArea = 0 }).ParamName);
        Assert.Equal("Rotation",
            Assert.Throws<ArgumentOutOfRangeException>(() => new RandomAugmentation { Rotation = 200 }).ParamName);
        Assert.Equal(0.001, new FineTuningOptions { Optimizer = NetworkOptimizer.AdamW }.LearningRate);
    }

    [Fact]
    public void Fully_connected_layers_make_way_for_the_mean_over_the_feature_map()
    {
        var onnx = OnnxWriter.ToBytes(ArchitectureCatalog.ByName("lenet5").Build());
        var connected = Backbone.FromOnnx(onnx, "lenet5",
            new BackboneOptions { Preprocessing = Preprocessing.Torch(32) with { Grayscale = true } });
        Assert.False(connected.PooledIsMeanOfMap);
        var pooled = connected.WithGlobalPooling();
        Assert.True(pooled.PooledIsMeanOfMap);
        Assert.Equal(connected.FeatureMapName, pooled.FeatureMapName);
        Assert.Equal(connected.FeatureMapShape!.Value.Channels, pooled.FeatureCount);
        Assert.DoesNotContain(pooled.Graph.Nodes, n => n.OpType == "Gemm");
        Assert.Same(pooled, pooled.WithGlobalPooling());
    }

    [Fact]
    public void Earlier_stages_are_further_from_the_head()
    {
        var backbone = BackboneCatalog.Resolve("bootstrap-resnet");
        NetworkWithHead network = new(backbone, new(new float[2 * backbone.FeatureCount], [0, 0], ["a", "b"]));
        var heights = network.Heights();
        var parameters = network.ParametersOf(FineTuningOptions.All);
        var last = network.ParametersOf(FineTuningOptions.LastStage);
        Assert.All(last, p => Assert.Equal(0, heights(p)));
        Assert.All(parameters.Except(last), p => Assert.InRange(heights(p), 1, backbone.Stages.Count - 1));
        Assert.Equal(backbone.Stages.Count - 1, heights(parameters[0]));
    }
}
