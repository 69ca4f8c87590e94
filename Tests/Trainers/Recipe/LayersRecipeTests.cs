using MlPipeline.Data.Demo;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Trainers.Recipe;

namespace MlPipeline.Trainers.Tests.Recipe;

/// <summary>The recipe on all layers of a real network, healthy or with one fault.</summary>
public sealed class LayersRecipeTests : IDisposable
{
    private const int Size = 16;

    // Smaller, a network that gets dark pictures does not start at all.
    private const int SizeOfDarkPictures = 32;

    private const int Classes = 3;

    // Enough pictures for the curves not to call them few: 12 of a class to train on, 8 held out.
    private const int PicturesOfAClass = 20;
    private const double Held = 0.4;

    // A fault shows long before the curves have flattened.
    private const int FewEpochs = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-recipe-").FullName;

    private static Backbone Network => BackboneCatalog.Resolve("bootstrap-resnet").WithInputSize(Size);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Healthy_pictures_give_a_clean_bill_and_every_way_is_compared_with_the_default()
    {
        var result = Follow(Pictures(), Network, epochs: 12);
        Assert.All(result.Recipe.Steps.Take(5), s => Assert.Equal(RecipeVerdict.Good, s.Verdict));
        Assert.Equal(Math.Log(Classes), result.Recipe.Steps[0].Numbers["loss"], 0.1);
        Assert.True(result.Recipe.Steps[0].Numbers["regularisedLoss"] > result.Recipe.Steps[0].Numbers["loss"]);
        Assert.Equal(1, result.Recipe.Steps[1].Numbers["accuracy"]);
        Assert.Equal(RecipeVerdict.Good, result.Recipe.Diagnosis);
        Assert.True(result.Recipe.ValidationAccuracy > 0.6, $"accuracy {result.Recipe.ValidationAccuracy}");
        Assert.Equal("all", result.TrainedLayers);
        Assert.Equal([("last-stage", null), ("last-stage", 0.1), ("all", null), ("all", 0.1)],
            result.Advice.Measured.Where(m => m.Layers is not null).Select(m => (m.Layers!, m.LearningRate)));
    }

    [Theory]
    [InlineData(10, RecipeVerdict.RateTooHigh)]
    [InlineData(1e-6, RecipeVerdict.RateTooLow)]
    public void A_rate_that_is_far_off_is_named_and_the_steps_go_on_with_one_that_works(double rate, RecipeVerdict expected)
    {
        var result = Follow(Pictures(), Network, rate).Recipe;
        Assert.Equal(expected, result.Diagnosis);
        Assert.InRange(result.Setting.LearningRate, 1e-4, 1);
    }

    [Fact]
    public void A_rate_at_which_the_training_diverges_is_no_way_to_advise()
    {
        FineTuningOptions training = new() { Layers = FineTuningOptions.All, Epochs = 1, LargestGradient = null };
        var advice = Follow(Pictures(), Network, training: training with { LearningRate = 1e6 }, epochs: 1).Advice;
        Assert.Null(advice.Advised.Layers);
    }

    [Fact]
    public void A_network_whose_weights_are_all_zero_does_not_start()
    {
        var graph = Network.Graph;
        var zeros = graph.Constants.ToDictionary(c => c.Key,
            c => c.Value.Type == ElementType.Float32 && c.Value.Rank > 1
                ? Tensor.Of(new float[c.Value.Length], [.. c.Value.Dimensions]) : c.Value);
        var dead = Network.WithWeightsOf(new Graph(graph.Name, graph.Inputs, graph.Nodes, zeros, graph.Outputs));
        var result = Follow(Pictures(), dead, epochs: 1).Recipe;
        Assert.Equal(RecipeVerdict.NotStarted, result.Diagnosis);
        Assert.Equal(RecipeVerdict.CannotFitHandful, result.Steps[1].Verdict);
    }

    [Fact]
    public void Shuffled_labels_are_seen()
    {
        var pictures = Pictures();
        string[] labels = [.. pictures.Records.Select(r => r.Label)];
        new Random(5).Shuffle(labels);
        var manifest = Path.Combine(_folder, "shuffled.csv");
        File.WriteAllLines(manifest,
            ["path,label", .. pictures.Records.Zip(labels, (picture, label) => $"{picture.Path},{label}")]);
        Assert.Equal(RecipeVerdict.ShuffledLabels, Follow(DataSource.Open(manifest), Network).Recipe.Diagnosis);
    }

    [Fact]
    public void Tiny_data_are_seen() =>
        Assert.Equal(RecipeVerdict.TinyData, Follow(Pictures(4), Network).Recipe.Diagnosis);

    [Fact]
    public void A_wrong_preprocessing_is_named_with_the_right_one()
    {
        // The network's own normalisation is inside its graph: another before it makes all pictures dark.
        var result = Follow(Pictures(),
            Network.WithInputSize(SizeOfDarkPictures).WithRecipe(PreprocessingRecipes.Find("torch")!), epochs: 1).Recipe;
        Assert.Equal(RecipeVerdict.WrongPreprocessing, result.Diagnosis);
        Assert.Contains("'raw'", result.Steps[0].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_with_any_number_of_threads()
    {
        var one = Follow(Pictures(8), Network, threads: 1, epochs: 1);
        var two = Follow(Pictures(8), Network, threads: 2, epochs: 1);
        Assert.Equal(one.Recipe.Curves.ValidationLoss, two.Recipe.Curves.ValidationLoss);
        Assert.All(one.Recipe.Steps.Zip(two.Recipe.Steps), p => Assert.Equal(p.First.Numbers, p.Second.Numbers));
        Assert.Equal(one.Advice.Reason, two.Advice.Reason);
    }

    private ImageDataSet Pictures(int perClass = PicturesOfAClass)
    {
        var folder = Path.Combine(_folder, $"{perClass}");
        if (!Directory.Exists(folder))
            SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = perClass, Size = 64, Seed = 3 });
        var all = DataSource.Open(folder);
        return all.Subset(Enumerable.Range(0, all.Records.Count)
            .Where(i => SampleSet.Classes.Take(Classes).Contains(all.Records[i].Label)));
    }

    private static RecipeJobResult Follow(ImageDataSet data, Backbone network, double? rate = null,
        FineTuningOptions? training = null, int threads = 0, int epochs = FewEpochs)
    {
        training ??= new FineTuningOptions { Layers = FineTuningOptions.All, Epochs = 1 };
        var options = RecipeOptions.For(training) with { ValidationFraction = Held, MaximumEpochs = epochs };
        return new RecipeJob(new RecipeJobOptions
        {
            Backbone = network,
            FineTuning = training,
            Recipe = rate is { } given ? options with { LearningRates = [given] } : options,
            UseCache = false,
            Run = new BackboneRunOptions { Threads = threads },
        }).Run(data);
    }
}
