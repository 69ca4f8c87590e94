using MlPipeline.Data.Demo;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

/// <summary>The recipe on a real network, healthy or with one fault.</summary>
public sealed class LayersRecipeTests : IDisposable
{
    private const int Size = 32;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-recipe-").FullName;

    private static Backbone Network => BackboneCatalog.Resolve("bootstrap-resnet",
        new BackboneOptions { Preprocessing = Preprocessing.Torch(Size) });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Healthy_pictures_give_a_clean_bill_and_threads_no_other_one()
    {
        var result = Follow(Pictures(24), Network);
        Assert.All(result.Recipe.Steps.Take(5), s => Assert.Equal(RecipeVerdict.Good, s.Verdict));
        Assert.Equal(Math.Log(5), result.Recipe.Steps[0].Numbers["loss"], 0.15);
        Assert.Equal(1, result.Recipe.Steps[1].Numbers["accuracy"]);
        Assert.DoesNotContain(result.Recipe.Diagnosis, new[] { RecipeVerdict.RateTooHigh, RecipeVerdict.RateTooLow,
            RecipeVerdict.NotStarted, RecipeVerdict.ShuffledLabels, RecipeVerdict.TinyData, RecipeVerdict.WrongPreprocessing });
        Assert.True(result.Recipe.ValidationAccuracy > 0.5, $"accuracy {result.Recipe.ValidationAccuracy}");
        Assert.Equal("all", result.TrainedLayers);
        var again = Follow(Pictures(24), Network, threads: 1);
        Assert.Equal(result.Recipe.Curves.ValidationLoss, again.Recipe.Curves.ValidationLoss);
        Assert.All(result.Recipe.Steps.Zip(again.Recipe.Steps), p => Assert.Equal(p.First.Numbers, p.Second.Numbers));
    }

    [Theory]
    [InlineData(1e4, RecipeVerdict.RateTooHigh)]
    [InlineData(1e-7, RecipeVerdict.RateTooLow)]
    public void A_rate_that_is_far_off_is_named(double rate, RecipeVerdict expected) =>
        Assert.Equal(expected, Follow(Pictures(24), Network, rate: rate).Recipe.Diagnosis);

    [Fact]
    public void A_network_whose_weights_are_all_zero_does_not_start()
    {
        var network = Network;
        Dictionary<string, Tensor> zeros = network.Graph.Constants.ToDictionary(c => c.Key,
            c => c.Value.Type == ElementType.Float32 && c.Value.Rank > 1
                ? Tensor.Of(new float[c.Value.Length], [.. c.Value.Dimensions]) : c.Value);
        var graph = network.Graph;
        var dead = network.WithWeightsOf(new Graph(graph.Name, graph.Inputs, graph.Nodes, zeros, graph.Outputs));
        var result = Follow(Pictures(24), dead).Recipe;
        Assert.Equal(RecipeVerdict.NotStarted, result.Diagnosis);
        Assert.Equal(RecipeVerdict.CannotFitHandful, result.Steps[1].Verdict);
    }

    [Fact]
    public void Shuffled_labels_are_seen()
    {
        var folder = Pictures(24);
        string[] files = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] labels = [.. files.Select(f => Path.GetFileName(Path.GetDirectoryName(f)!))];
        new Random(5).Shuffle(labels);
        var manifest = Path.Combine(_folder, "shuffled.csv");
        File.WriteAllLines(manifest, ["path,label", .. files.Zip(labels, (file, label) => $"{file},{label}")]);
        Assert.Equal(RecipeVerdict.ShuffledLabels, Follow(manifest, Network).Recipe.Diagnosis);
    }

    [Fact]
    public void Tiny_data_are_seen() =>
        Assert.Equal(RecipeVerdict.TinyData, Follow(Pictures(4), Network).Recipe.Diagnosis);

    [Fact]
    public void A_wrong_preprocessing_is_named_with_the_right_one()
    {
        var wrong = BackboneCatalog.Resolve("bootstrap-resnet", new BackboneOptions
        {
            Preprocessing = Preprocessing.Torch(Size).WithNormalizationOf(PreprocessingRecipes.Find("raw")!),
        });
        var result = Follow(Pictures(24), wrong).Recipe;
        Assert.Equal(RecipeVerdict.WrongPreprocessing, result.Diagnosis);
        Assert.Contains("'torch'", result.Steps[0].Advice, StringComparison.Ordinal);
    }

    private string Pictures(int perClass)
    {
        var folder = Path.Combine(_folder, $"{perClass}");
        if (!Directory.Exists(folder))
            SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = perClass, Size = 64, Seed = 3 });
        return folder;
    }

    private static RecipeJobResult Follow(string data, Backbone network, double? rate = null, int threads = 0)
    {
        FineTuningOptions training = new() { Layers = FineTuningOptions.All };
        return new RecipeJob(new RecipeJobOptions
        {
            Backbone = network,
            FineTuning = training,
            Recipe = rate is { } given ? RecipeOptions.For(training) with { LearningRates = [given] }
                : RecipeOptions.For(training),
            UseCache = false,
            Run = new BackboneRunOptions { Threads = threads },
        }).Run(DataSource.Open(data));
    }
}
