using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The code of docs/training.md.</summary>
internal static class TrainingGuide
{
    public static void Run()
    {
        var ml = new MLContext(seed: 1);
        var photos = ml.Data.LoadImageFolder("photos");

        // <guide>
        var job = new TrainingJob(new TrainingOptions
        {
            Backbone = BackboneCatalog.Resolve("bootstrap-resnet"),
            FineTuning = new FineTuningOptions
            {
                Layers = FineTuningOptions.LastStage,
                Epochs = 2,
                StageRate = 0.5,
                Mixup = 0.2,
                Augmentation = new RandomAugmentation { Rotation = 10, Brightness = 0.2 },
                Checkpoints = "state",
                EpochEnded = epoch => Console.WriteLine($"{epoch.Epoch}: {epoch.ValidationAccuracy:0.000}"),
            },
        });
        LearningRateCurve curve = job.FindLearningRate(DataSource.Open("photos"));
        Console.WriteLine($"a learning rate of {curve.Suggestion:0.####}");
        TrainingResult tuned = job.Run(DataSource.Open("photos"));
        tuned.Save("tuned.zip");
        // </guide>

        // <guide>
        var scratch = new TrainingJob(new TrainingOptions
        {
            Backbone = Backbone.FromArchitecture(ArchitectureCatalog.ByName("lenet5"),
                new ArchitectureOptions { InputSize = 32, Channels = 3, Seed = 1 }),
            FineTuning = FineTuningOptions.FromScratch with { Epochs = 3, Augmentation = RandomAugmentation.Shifts },
        });
        scratch.Run(DataSource.Open("photos")).Save("scratch.zip");
        // </guide>

        // <guide>
        var chain = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.MulticlassClassification.Trainers.ImageClassification(new ImageClassificationTrainer.Options
            {
                FeatureColumnName = "ImagePath",
                TrainLayers = FineTuningOptions.LastStage,
                Network = BackboneCatalog.Resolve("bootstrap-resnet"),
                Epoch = 2,
                FineTuning = new FineTuningOptions { Mixup = 0.2 },
            }))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer fitted = chain.Fit(photos);
        ml.Model.Save(fitted, photos.Schema, "chain.zip");
        // </guide>

        // <guide>
        Graph graph = ArchitectureCatalog.ByName("lenet5").Build();
        using var plan = new TrainingPlan(graph, new TrainingPlanOptions { LabelSmoothing = 0.1 });
        var optimizer = new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, 5e-4), momentum: 0.9);
        Tensor images = Tensor.Of(new float[8 * 32 * 32], 8, 1, 32, 32);
        int[] labels = [0, 1, 2, 3, 4, 5, 6, 7];
        for (int step = 0; step < 10; step++)
        {
            BatchLoss loss = plan.ComputeGradients(images, labels);
            GradientClipping.ByGlobalNorm(plan.Parameters, 1);
            optimizer.Step(0.02);
            Console.WriteLine($"loss {loss.Loss:0.000}, {loss.Correct} of 8 right");
        }
        Graph trained = plan.ToGraph();
        // </guide>

        // <guide>
        using var gradients = new GradientPlan(trained, "logits", ["feature_map", "input"], values: ["feature_map"]);
        GradientResult result = gradients.Run(images, logits =>
        {
            // 1 at the class in question of each row.
            Tensor seed = Tensor.Zeros(ElementType.Float32, logits.Dimensions.ToArray());
            for (int row = 0; row < labels.Length; row++)
                seed.Floats[(row * 10) + labels[row]] = 1;
            return seed;
        });
        Tensor map = result.Values["feature_map"], slope = result.Gradients["feature_map"];
        // </guide>
        Assert.Equal(map.Dimensions.ToArray(), slope.Dimensions.ToArray());
    }
}
