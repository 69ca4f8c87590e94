using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MlPipeline.Benchmarks.Training;

/// <summary>A Python process that trains with PyTorch what our engine trains.</summary>
internal sealed class TorchPeer : IDisposable
{
    private readonly Process _process;

    private TorchPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Most memory it has had, in MB.</summary>
    public double PeakMb { get; private set; }

    /// <summary>Starts the peer; null, with the reason, when there is no Python with PyTorch.</summary>
    public static TorchPeer? Start(
        string python, string folder, string network, int size, int batch, int threads, string? data, out string? reason)
    {
        var script = Path.Combine(folder, "training_peer.py");
        using (var source = typeof(TorchPeer).Assembly.GetManifestResourceStream("training_peer.py")!)
        using (var target = File.Create(script))
        {
            source.CopyTo(target);
        }

        string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
        string[] arguments = [script, network, Text(size), Text(batch), Text(threads)];
        var start = new ProcessStartInfo(python, data is null ? arguments : [.. arguments, data])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Its matrix library takes all cores whatever it is told otherwise, and is slower for it.
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            reason = $"{python}: {error.Message}";
            return null;
        }

        var errors = process.StandardError.ReadToEndAsync();
        if (process.StandardOutput.ReadLine() is { } line)
        {
            reason = null;
            return new TorchPeer(process, JsonDocument.Parse(line).RootElement.GetProperty("version").GetString()!);
        }

        reason = $"{python}: {errors.Result.Trim().Split('\n')[^1]}";
        process.Dispose();
        return null;
    }

    /// <summary>Seconds of so many steps, or of so many epochs where there is data.</summary>
    public double Steps(int count)
    {
        _process.StandardInput.WriteLine(count.ToString(CultureInfo.InvariantCulture));
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("the peer ended in a step");
        var answer = JsonDocument.Parse(line).RootElement;
        PeakMb = answer.GetProperty("peakMb").GetDouble();
        return answer.GetProperty("seconds").GetDouble();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }
}
