using System.CommandLine;
using System.Globalization;
using MlPipeline.Engine.Architectures;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>Whole networks: the managed engine against ONNX Runtime, run in turn in one process on the same weights and input.</summary>
internal static class InferenceCommand
{
    private static readonly string[] s_default =
        ["resnet18", "vgg16", "googlenet", "squeezenet1.1", "resnet50", "inceptionv3", "densenet121", "mobilenetv2", "alexnet"];

    public static Command Create()
    {
        var networks = new Argument<string[]>("networks") { Description = "Architectures; default the classic ones.", DefaultValueFactory = _ => s_default };
        var library = new Option<string?>("--onnxruntime") { Description = $"Path of libonnxruntime; default ${OnnxRuntimeOptions.PathVariable}." };
        var batches = new Option<int[]>("--batch") { Description = "Batch sizes.", DefaultValueFactory = _ => [1, 16], AllowMultipleArgumentsPerToken = true };
        var threads = new Option<int[]>("--threads") { Description = "Thread counts.", DefaultValueFactory = _ => [1, 2], AllowMultipleArgumentsPerToken = true };
        var runs = new Option<int>("--runs") { Description = "Timed pairs for each line, at most.", DefaultValueFactory = _ => 15 };
        var seconds = new Option<double>("--seconds") { Description = "Time for each line, at most.", DefaultValueFactory = _ => 10 };
        var command = new Command("inference", "Managed engine against ONNX Runtime's CPU provider, over whole networks.")
        {
            networks, library, batches, threads, runs, seconds,
        };
        command.SetAction(parsed =>
        {
            OnnxRuntime peer;
            try
            {
                peer = new OnnxRuntime(new OnnxRuntimeOptions { LibraryPath = parsed.GetValue(library) });
            }
            catch (OnnxRuntimeException error)
            {
                Console.Error.WriteLine($"error: {error.Message}");
                return 1;
            }

            Console.WriteLine($"managed engine against ONNX Runtime {peer.Version}; ratio = managed / peer, median of paired runs");
            Console.WriteLine("network          batch threads  managed ms   peer ms   ratio     min..max    error  plan ms  peer load ms");
            foreach (string name in parsed.GetRequiredValue(networks))
            {
                var pair = new PairedNetwork(ArchitectureCatalog.ByName(name), peer);
                foreach (int threadCount in parsed.GetRequiredValue(threads))
                {
                    foreach (PairedResult r in pair.Measure(threadCount, parsed.GetRequiredValue(batches), parsed.GetValue(runs), parsed.GetValue(seconds)))
                        Console.WriteLine(Line(name, r));
                }
            }

            Console.WriteLine($"peak resident memory of the whole process: {Environment.WorkingSet / 1e6:0} MB now");
            return 0;
        });
        return command;
    }

    private static string Line(string name, PairedResult r) => string.Create(CultureInfo.InvariantCulture,
        $"{name,-16} {r.Batch,5} {r.Threads,7} {r.ManagedMs,11:0.00} {r.PeerMs,9:0.00} {r.Ratio,7:0.000}  {r.LowestRatio,5:0.00}..{r.HighestRatio,-5:0.00} {r.RelativeError,8:0.0e0} {r.PlanMs,8:0} {r.PeerLoadMs,13:0}");
}
