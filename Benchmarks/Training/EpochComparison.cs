using System.Globalization;
using MlPipeline.Engine.Architectures;

namespace MlPipeline.Benchmarks.Training;

/// <summary>Epochs of training from scratch, as a job does them, against PyTorch's, in turn, with the same threads. PyTorch has
/// all pictures in memory, ready for use, before its clock runs.</summary>
internal static class EpochComparison
{
    public static void Run(string network, string folder, int size, int batch, int threads, int epochs, string python)
    {
        var scratch = Directory.CreateTempSubdirectory("training-").FullName;
        try
        {
            using var peer = TorchPeer.Start(python, scratch, network, size, batch, threads, folder, out var absence);
            Console.WriteLine(peer?.Version ?? $"no PyTorch ({absence})");
            var pictures = DataSource.Open(folder);
            var architecture = ArchitectureCatalog.ByName(network);
            List<double> ratios = [];
            var job = new TrainingJob(new TrainingOptions
            {
                Backbone = Backbone.FromArchitecture(architecture, new ArchitectureOptions
                {
                    InputSize = size,
                    Channels = network == "lenet5" ? 1 : 3,
                }),
                Run = new BackboneRunOptions { Threads = threads },
                FineTuning = FineTuningOptions.FromScratch with
                {
                    Epochs = epochs,
                    BatchSize = batch,
                    EpochEnded = epoch =>
                    {
                        var other = peer?.Steps(1);
                        Print($"epoch {epoch.Epoch}: {epoch.Seconds:0.0} s, PyTorch {other:0.0}, {epoch.Seconds / other:0.000}");
                        if (other is { } seconds && (epoch.Epoch > 1 || epochs == 1))
                            ratios.Add(epoch.Seconds / seconds);
                    },
                },
            });
            var result = job.Run(pictures);
            Print($"accuracy on the test set {result.Evaluation?.MicroAccuracy:0.0000}");
            if (ratios.Count > 0)
                Print($"ratio of an epoch {Statistics.Median(ratios):0.000}");
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
