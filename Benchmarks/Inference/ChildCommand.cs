using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>
/// A process that runs one network on one runtime and does as it is told, line by line: what <see cref="ChildContender"/> talks
/// to.
/// </summary>
/// <remarks>
/// Says <c>ready MS</c> once the first answer is there, the time counted from opening the file. Then to <c>run BATCH</c> it
/// answers with milliseconds, to <c>output BATCH</c> with the floats in base 64, to <c>peak</c> with the bytes of memory it had
/// at most. Ends with its input.
/// </remarks>
internal static class ChildCommand
{
    public const string Name = "inference-child";

    public static Command Create()
    {
        var model = new Argument<string>("model");
        var runtime = new Argument<string>("runtime");
        var threads = new Argument<int>("threads");
        var command = new Command(Name, "Runs one network as another process asks.") { model, runtime, threads };
        command.Hidden = true;
        command.SetAction(parsed =>
            Serve(parsed.GetRequiredValue(model), parsed.GetRequiredValue(runtime), parsed.GetValue(threads)));
        return command;
    }

    private static int Serve(string model, string runtime, int threads)
    {
        Func<ISession> open;
        if (runtime == "onnxruntime")
        {
            var peer = new OnnxRuntime();
            open = () => peer.OpenModel(model, threads);
        }
        else
        {
            var named = Runtime.ByName(runtime);
            open = () => named.CreateSession(OnnxModel.Load(model).ToGraph(), new SessionOptions { Threads = threads });
        }

        var clock = Stopwatch.StartNew();
        using var contender = new Contender(open());
        contender.Run(1);
        Say($"ready {clock.Elapsed.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)}");
        while (Console.ReadLine() is { } line)
            Say(Answer(contender, line));

        return 0;
    }

    private static string Answer(Contender contender, string line)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "run":
                return contender.Run(int.Parse(words[1], CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture);
            case "output":
                var output = contender.Output(int.Parse(words[1], CultureInfo.InvariantCulture));
                return Convert.ToBase64String(MemoryMarshal.AsBytes<float>(output));
            case "peak":
                using (var self = Process.GetCurrentProcess())
                {
                    return self.PeakWorkingSet64.ToString(CultureInfo.InvariantCulture);
                }

            default:
                throw new InvalidOperationException($"'{line}' is none of run, output, peak.");
        }
    }

    private static void Say(string line)
    {
        Console.WriteLine(line);
        Console.Out.Flush();
    }
}
