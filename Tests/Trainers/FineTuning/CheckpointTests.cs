using System.Diagnostics;

namespace MlPipeline.Trainers.Tests.FineTuning;

public sealed class CheckpointTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mlpipeline-checkpoints-").FullName;

    public CheckpointTests() => TrainingChild.Draw(At("pictures"));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_killed_training_goes_on_and_ends_with_the_bits_of_an_undisturbed_one()
    {
        // In the second of three epochs, and in the last.
        Kill(7);
        Kill(11);
        var steps = new List<long>();
        var options = TrainingChild.Options(At("state"), step => steps.Add(step.Step));
        new TrainingJob(options).Run(Pictures).Save(At("killed.zip"));
        Assert.Equal(11, steps[0]);

        var whole = new TrainingJob(TrainingChild.Options(null)).Run(Pictures);
        Assert.Equal(4, whole.Epochs!.Count);
        whole.Save(At("whole.zip"));
        Assert.Equal(File.ReadAllBytes(At("whole.zip")), File.ReadAllBytes(At("killed.zip")));

        // What is over is not trained again.
        steps.Clear();
        new TrainingJob(options).Run(Pictures).Save(At("again.zip"));
        Assert.Empty(steps);
        Assert.Equal(File.ReadAllBytes(At("whole.zip")), File.ReadAllBytes(At("again.zip")));

        // Wherever it is cut off.
        var state = Path.Combine(At("state"), "training.checkpoint");
        var content = File.ReadAllBytes(state);
        foreach (var length in (int[])[content.Length - 1, content.Length - 9, content.Length * 3 / 4, content.Length / 8, 40])
        {
            File.WriteAllBytes(state, content[..length]);
            Assert.Contains("Delete the file", Assert.Throws<JobException>(() => new TrainingJob(options).Run(Pictures)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_state_of_another_training_is_refused_while_it_is_not_over()
    {
        using var stop = new CancellationTokenSource();
        var options = TrainingChild.Options(At("state"), step =>
        {
            if (step.Step > 1)
                stop.Cancel();
        });
        Assert.ThrowsAny<OperationCanceledException>(() => new TrainingJob(options).Run(Pictures, null, stop.Token));
        var other = options with { FineTuning = options.FineTuning! with { Epochs = 1, StepEnded = null } };
        var refused = Assert.Throws<JobException>(() => new TrainingJob(other).Run(Pictures));
        Assert.Contains("Epochs (3, not 1)", refused.Message, StringComparison.Ordinal);
        File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(At("state")))));
        new TrainingJob(other).Run(Pictures);

        // One that is over makes way.
        var third = other with { Seed = 5 };
        Assert.Equal(2, new TrainingJob(third).Run(Pictures).Epochs!.Count);
    }

    [Fact]
    public void A_damaged_state_is_named()
    {
        Directory.CreateDirectory(At("state"));
        File.WriteAllText(Path.Combine(At("state"), "training.checkpoint"), "no state");
        var refused = Assert.Throws<JobException>(() => new TrainingJob(TrainingChild.Options(At("state"))).Run(Pictures));
        Assert.Contains("training.checkpoint", refused.Message, StringComparison.Ordinal);
    }

    private ImageDataSet Pictures => DataSource.Open(At("pictures"));

    private string At(string name) => Path.Combine(_folder, name);

    private void Kill(int afterStep)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(CheckpointTests).Assembly.Location, "train", At("pictures"), At("state"),
            At("killed.zip"), $"{afterStep}"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        Assert.Equal("hangs", process.StandardOutput.ReadLine());
        process.Kill();
        process.WaitForExit();
        Assert.False(File.Exists(At("killed.zip")));
    }
}
