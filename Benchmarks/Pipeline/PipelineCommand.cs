using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;

namespace MlPipeline.Benchmarks.Pipeline;

/// <summary>A training from pictures, ML.NET's own chain against this project's, on the same pictures and folds, turn by
/// turn.</summary>
internal static class PipelineCommand
{
    private static readonly string[] s_second = ["first", "second"];

    public static Command Create()
    {
        var data = new Argument<string>("data") { Description = "A folder with one sub-folder per class, or a manifest." };
        var repeats = new Option<int>("--repeats")
        {
            Description = "Turns of each; medians are shown.",
            DefaultValueFactory = _ => 3
        };
        var seed = new Option<int>("--seed") { Description = "The seed of the folds.", DefaultValueFactory = _ => 1 };
        var command = new Command(
            "pipeline",
            "Trains from pictures: LoadImages, ResizeImages, ExtractPixels, DnnFeaturizeImage (ResNet-18), L-BFGS of ML.NET "
            + "against ApplyBackbone and LinearHead, each first with nothing kept and then again.")
        {
            data, repeats, seed,
        };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(data), parsed.GetValue(repeats), parsed.GetValue(seed)));
        return command;
    }

    private static int Run(string data, int repeats, int seed)
    {
        var count = DataSource.Open(data).Records.Count;
        Console.WriteLine(
            $"{count} pictures, ResNet-18 of Microsoft.ML.DnnImageFeaturizer, five folds, {Environment.ProcessorCount} cores");
        var peer = new List<(PipelineRun Run, double Wall)>[] { [], [] };
        var ours = new List<(PipelineRun Run, double Wall)>[] { [], [] };
        for (var turn = 0; turn < repeats; turn++)
        {
            var cache = Directory.CreateTempSubdirectory("mlpipeline-benchmark-").FullName;
            try
            {
                for (var second = 0; second < 2; second++)
                {
                    ours[second].Add(Train(PipelineChildCommand.Ours, data, cache, seed));
                    peer[second].Add(Train(PipelineChildCommand.MlNet, data, cache, seed));
                }
            }
            finally
            {
                Directory.Delete(cache, recursive: true);
            }
        }

        Console.WriteLine($"{"",-26}{"ML.NET",12}{"MlPipeline",12}{"ratio",8}");
        for (var second = 0; second < 2; second++)
        {
            var which = s_second[second];
            Show($"{which} features, s", r => r.Run.Features, second);
            Show($"{which} features, 1/s", r => count / r.Run.Features, second);
            Show($"{which} fit and folds, s", r => r.Run.Fit, second);
            Show($"{which} process, s", r => r.Wall, second);
        }

        Show("micro-accuracy", r => r.Run.Accuracy, 0);
        Show("peak memory, MB", r => r.Run.PeakMb, 0);
        return 0;

        void Show(string what, Func<(PipelineRun Run, double Wall), double> value, int second)
        {
            var (theirs, own) = (Statistics.Median(peer[second].Select(value)), Statistics.Median(ours[second].Select(value)));
            Console.WriteLine($"{what,-26}{theirs,12:0.###}{own,12:0.###}{own / theirs,8:0.000}");
        }
    }

    private static (PipelineRun Run, double Wall) Train(string contender, string data, string cache, int seed)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        foreach (var argument in new[] { typeof(PipelineCommand).Assembly.Location, PipelineChildCommand.Name, contender,
            data, cache, $"{seed}" })
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var child = Process.Start(start)!;
        var answer = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0
            ? (JsonSerializer.Deserialize<PipelineRun>(answer)!, clock.Elapsed.TotalSeconds)
            : throw new InvalidOperationException($"'{contender}' ended with {child.ExitCode}: {answer}");
    }
}
