using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>A network in a process of its own (see <see cref="ChildCommand"/>).</summary>
internal sealed class ChildContender : IContender
{
    private readonly Process _process;
    private bool _ended;

    public ChildContender(string model, string runtime, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Under "dotnet Benchmarks.dll" the process is dotnet, and the program its first argument.
        var program = Environment.GetCommandLineArgs()[0];
        if (program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            && Path.GetFileNameWithoutExtension(start.FileName).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(program);
        }

        foreach (var argument in new[] { ChildCommand.Name, model, runtime, threads.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);

        _process = Process.Start(start)!;
        LoadMs = Number(Hear().Split(' ')[^1]);
    }

    /// <summary>From opening the model file to the first answer, in the fresh process.</summary>
    public double LoadMs { get; }

    /// <summary>The most memory that was resident so far, in bytes.</summary>
    public double PeakBytes => Number(Ask("peak"));

    public double Run(int batch) => Number(Ask($"run {batch}"));

    public float[] Output(int batch) =>
        MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Ask($"output {batch}"))).ToArray();

    public void Dispose()
    {
        if (_ended)
            return;

        _ended = true;
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return Hear();
    }

    private string Hear() => _process.StandardOutput.ReadLine()
        ?? throw new InvalidOperationException("A measuring process ended early.");
}
