using MlPipeline.Engine.Architectures;
using MlPipeline.Trainers.FineTuning;

namespace MlPipeline.Trainers.Tests.FineTuning;

public sealed class TeacherTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-teacher-").FullName;

    public TeacherTests() => DrawnDigits.Write(At("digits"), 240);

    private static TrainingOptions Options => new()
    {
        Backbone = Backbone.FromArchitecture(ArchitectureCatalog.ByName("lenet5"), new ArchitectureOptions { InputSize = 20 }),
        FineTuning = FineTuningOptions.FromScratch with { Epochs = 8, BatchSize = 16 },
    };

    private ImageDataSet Pictures => DataSource.Open(At("digits"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_the_teacher_knows_is_learned_though_the_labels_say_nothing()
    {
        var teacher = new TrainingJob(Options).Run(Pictures).Trained;
        DrawnDigits.Write(At("mislabelled"), 240);
        DrawnDigits.Relabel(At("mislabelled"), i => (byte)(i / 80));
        double Accuracy(FineTuningOptions tuning)
        {
            var trained = new TrainingJob(Options with { FineTuning = tuning, Seed = 2 }).Run(
                DataSource.Open(At("mislabelled"))).Trained;
            using var model = ImageClassificationModel.From(trained);
            return new EvaluationJob(model, new EvaluationOptions { UseCache = false }).Run(Pictures).Evaluation.MicroAccuracy;
        }

        var taught = Accuracy(Options.FineTuning! with { Teacher = teacher, TeacherShare = 1 });
        Assert.True(taught >= 0.9, $"{taught}");
        var alone = Accuracy(Options.FineTuning!);
        Assert.True(alone <= 0.6, $"{alone}");
    }

    [Fact]
    public void Threads_do_not_change_a_bit()
    {
        var teacher = new TrainingJob(Options).Run(Pictures).Trained;
        var (one, two) = (Loss(1), Loss(2));
        Assert.Equal(one, two);

        double Loss(int threads) => new TrainingJob(Options with
        {
            Run = new BackboneRunOptions { Threads = threads },
            FineTuning = Options.FineTuning! with { Teacher = teacher, Epochs = 2, Mixup = 0.2 },
        }).Run(Pictures).Evaluation!.LogLoss;
    }

    [Fact]
    public void Answers_from_the_cache_are_those_of_the_network()
    {
        var teacher = new TrainingJob(Options).Run(Pictures).Trained;
        double Loss(bool useCache) => new TrainingJob(Options with
        {
            UseCache = useCache,
            CacheFolder = At("cache"),
            FineTuning = Options.FineTuning! with { Teacher = teacher, Epochs = 1 },
        }).Run(Pictures).Evaluation!.LogLoss;

        var plain = Loss(useCache: false);
        Assert.False(Directory.Exists(At("cache")));
        Assert.Equal(plain, Loss(useCache: true));
        Assert.NotEmpty(Directory.EnumerateFiles(At("cache")));
        Assert.Equal(plain, Loss(useCache: true));
    }

    [Fact]
    public void A_target_is_the_answer_among_the_classes_that_there_are_and_the_label()
    {
        float[] scores = [0.2f, 0.3f, 0.5f];
        var target = TeacherTargets.TargetOf(scores, [2, 0], 1, 0.9);
        Assert.Equal(0.9 * 0.5 / 0.7, target[0], 6);
        Assert.Equal((0.9 * 0.2 / 0.7) + 0.1, target[1], 6);
        Assert.Equal([0, 1], TeacherTargets.TargetOf([0, 1, 0], [2, 0], 1, 0.9));
    }

    [Fact]
    public void A_teacher_that_does_not_know_a_class_is_refused_by_its_name()
    {
        var teacher = new TrainingJob(Options).Run(Pictures).Trained;
        DrawnDigits.Relabel(At("digits"), i => (byte)(i % 3 == 1 ? 7 : 0));
        var refused = Assert.Throws<JobException>(() =>
            new TrainingJob(Options with { FineTuning = Options.FineTuning! with { Teacher = teacher } }).Run(Pictures));
        Assert.Contains("class 7", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_teacher_was_trained_on_counts_as_trained_on()
    {
        var first = new TrainingJob(Options).Run(Pictures);
        var taught = Options with { FineTuning = Options.FineTuning! with { Teacher = first.Trained, Epochs = 1 } };
        var same = new TrainingJob(taught).Run(Pictures);
        Assert.Equal(0, same.StartTrainedOn);
        var other = new TrainingJob(taught with { Seed = 5 }).Run(Pictures);
        Assert.InRange(other.StartTrainedOn!.Value, 1, other.Evaluation!.TestImages);
        Assert.Contains("the teacher was trained on", other.Trust, StringComparison.Ordinal);
        Assert.Equal(first.TrainImages + other.StartTrainedOn, other.Trained.Card.TrainingPictures!.Count);
        Assert.Equal(first.TrainImages, new TrainingJob(taught with { Folds = 2 }).Run(Pictures).StartTrainedOn);
        var silent = first.Trained with { Card = first.Trained.Card with { TrainingPictures = null } };
        Assert.Null(new TrainingJob(taught with { FineTuning = taught.FineTuning! with { Teacher = silent } }).Run(Pictures)
            .StartTrainedOn);
    }

    private string At(string name) => Path.Combine(_folder, name);
}
