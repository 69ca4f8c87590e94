using MlPipeline.Data.Demo;

namespace MlPipeline.Trainers.Tests.FineTuning;

/// <summary>A training that the tests also run as a process of its own, so that it can be killed.</summary>
internal static class TrainingChild
{
    /// <summary>Trains: folder of pictures, checkpoints, model, the step after which this process hangs (0: none).</summary>
    public static void Run(string pictures, string checkpoints, string model, int hangsAfter)
    {
        new TrainingJob(Options(checkpoints, step =>
        {
            if (step.Step == hangsAfter)
            {
                // The state of the step before is in the file. Should the one who was to kill this process be dead itself, it
                // ends some day.
                Console.WriteLine("hangs");
                Thread.Sleep(TimeSpan.FromMinutes(10));
                Environment.Exit(3);
            }
        })).Run(DataSource.Open(pictures)).Save(model);
    }

    public static TrainingOptions Options(string? checkpoints, Action<TrainingStepResult>? stepEnded = null) => new()
    {
        Backbone = BackboneCatalog.Resolve("bootstrap-resnet",
            new BackboneOptions { Preprocessing = Preprocessing.Torch(64) }),
        UseCache = false,
        Run = new BackboneRunOptions { Threads = 1 },
        FineTuning = new FineTuningOptions
        {
            Epochs = 3,
            BatchSize = 8,
            Optimizer = NetworkOptimizer.AdamW,
            Schedule = LearningRateSchedule.Plateau,
            Mixup = 0.4,
            Cutmix = 1,
            Dropout = 0.2,
            AverageDecay = 0.9,
            Statistics = NormalizationStatistics.Trained,
            Augmentation = new RandomAugmentation { Rotation = 10, Brightness = 0.2, Erasing = 0.3 },
            BalancedSampling = true,
            Checkpoints = checkpoints,
            CheckpointMinutes = 0,
            StepEnded = stepEnded,
        },
    };

    public static void Draw(string folder) =>
        SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = 8, Size = 64, Seed = 3 });
}
