using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlPipeline.Benchmarks.Heads;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;

namespace MlPipeline.Benchmarks.Training;

/// <summary>Steps of training (forward, backward, SGD with momentum) against PyTorch's, in turn, with the same threads.</summary>
internal static class TrainingCommand
{
    private const int LeNetEpoch = 60_000;

    public static Command Create()
    {
        var network = new Option<string>("--network")
        {
            Description = "The network.",
            DefaultValueFactory = _ => "resnet18",
        };
        network.AcceptOnlyFromAmong("resnet18", "resnet20", "lenet5");
        var size = new Option<int?>("--size") { Description = "Side of the pictures; default 224, 32 for resnet20 and lenet5." };
        var batch = new Option<int?>("--batch") { Description = "Pictures in a step; default 32, resnet20 128, lenet5 64." };
        var threads = new Option<int>("--threads") { Description = "Threads of either; 0 for all cores." };
        var steps = new Option<int>("--steps") { Description = "Steps of either, in turn.", DefaultValueFactory = _ => 5 };
        var python = new Option<string>("--python")
        {
            Description = "A Python with PyTorch.",
            DefaultValueFactory = _ => "python3",
        };
        var data = new Option<string?>("--data")
        {
            Description = "A folder with pictures as MNIST has them: whole epochs of training from scratch on them are "
                + "compared, as many as --steps says.",
        };
        var command = new Command("training", "A step, or an epoch, of training against PyTorch's.")
        {
            network, size, batch, threads, steps, python, data,
        };
        command.SetAction(parsed =>
        {
            var name = parsed.GetRequiredValue(network);
            (var side, var rows) = name switch { "resnet18" => (224, 32), "resnet20" => (32, 128), _ => (32, 64) };
            if (parsed.GetValue(data) is { } folder)
            {
                EpochComparison.Run(name, folder, parsed.GetValue(size) ?? side, parsed.GetValue(batch) ?? rows,
                    parsed.GetValue(threads), parsed.GetValue(steps), parsed.GetRequiredValue(python));
                return 0;
            }

            Compare(name, parsed.GetValue(size) ?? side, parsed.GetValue(batch) ?? rows, parsed.GetValue(threads),
                parsed.GetValue(steps), parsed.GetRequiredValue(python));
            return 0;
        });
        return command;
    }

    private static void Compare(string name, int size, int batch, int threads, int steps, string python)
    {
        var folder = Directory.CreateTempSubdirectory("training-").FullName;
        try
        {
            Print($"{name}, {batch} pictures of {size}x{size}");
            using var peer = TorchPeer.Start(python, folder, name, size, batch, threads, null, out var absence);
            Print(peer?.Version ?? $"no PyTorch ({absence})");
            using var plan = new TrainingPlan(GraphOf(name, size), new TrainingPlanOptions { Threads = threads });
            var optimizer = new SgdOptimizer(Optimizer.DecayWeights(plan.Parameters, 5e-4)) { Threads = threads };
            var random = new Random(1);
            var images = Tensor.Zeros(ElementType.Float32, batch, name == "lenet5" ? 1 : 3, size, size);
            foreach (ref var value in images.Floats)
                value = (2 * random.NextSingle()) - 1;
            int[] labels = [.. Enumerable.Range(0, batch).Select(i => i % 10)];

            // Steps of a few milliseconds are timed many at a time.
            var repeats = name == "lenet5" ? 50 : 1;
            double Ours()
            {
                var watch = Stopwatch.StartNew();
                for (var i = 0; i < repeats; i++)
                {
                    plan.ComputeGradients(images, labels);
                    optimizer.Step(0.01);
                }

                return watch.Elapsed.TotalSeconds;
            }

            Ours();
            peer?.Steps(repeats);
            List<double> ours = [], theirs = [];
            for (var step = 0; step < steps; step++)
            {
                ours.Add(Ours() / repeats);
                if (peer is not null)
                    theirs.Add(peer.Steps(repeats) / repeats);
            }

            var own = Statistics.Median(ours);
            Print($"ours: {own:0.0000} s a step, peak {ResidentMemory.PeakMb():0} MB, of that planned {plan.Bytes / 1e6:0} MB");
            if (name == "lenet5")
                Print($"    {own * LeNetEpoch / batch:0.00} s an epoch of {LeNetEpoch} pictures");
            if (peer is null)
                return;
            var other = Statistics.Median(theirs);
            Print($"PyTorch: {other:0.0000} s a step, peak {peer.PeakMb:0} MB");
            Print($"ratio {own / other:0.000}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Graph GraphOf(string name, int size)
    {
        var architecture = ArchitectureCatalog.ByName(name);
        return architecture.Build(architecture.Defaults with { InputSize = size });
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    private static void Print(string line) => Console.WriteLine(line);
}
