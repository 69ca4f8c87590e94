using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>A Python process that fits with scikit-learn what our solvers fit.</summary>
internal sealed class ScikitPeer : IDisposable
{
    private readonly Process _process;

    private ScikitPeer(Process process, string version)
    {
        _process = process;
        Version = version;
    }

    public string Version { get; }

    /// <summary>Starts the peer on a problem; null, with the reason, when there is no Python with scikit-learn.</summary>
    public static ScikitPeer? Start(string python, string folder, HeadProblem problem, out string? reason)
    {
        var script = Path.Combine(folder, "scikit_peer.py");
        using (var source = typeof(ScikitPeer).Assembly.GetManifestResourceStream("scikit_peer.py")!)
        using (var target = File.Create(script))
        {
            source.CopyTo(target);
        }

        var start = new ProcessStartInfo(python, [script, problem.FeatureFile, problem.LabelFile])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
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
            return new ScikitPeer(process, JsonDocument.Parse(line).RootElement.GetProperty("version").GetString()!);
        }

        reason = $"{python}: {errors.Result.Trim().Split('\n')[^1]}";
        process.Dispose();
        return null;
    }

    /// <summary>LogisticRegression with its defaults but for the strength and for as many iterations as it wants.</summary>
    public FitCurve LogisticRegression(double l2) => Ask($"lbfgs {Text(l2)}");

    /// <summary>LinearSVC.</summary>
    public FitCurve LinearSvc(double c, double tolerance) => Ask($"svc {Text(c)} {Text(tolerance)}");

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();

        _process.Dispose();
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private FitCurve Ask(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"the peer ended at '{request}'");
        var answer = JsonDocument.Parse(line).RootElement;
        return new FitCurve(answer.GetProperty("seconds").GetDouble(), answer.GetProperty("objective").GetDouble(),
            answer.GetProperty("peakMb").GetDouble(),
            [.. answer.GetProperty("curve").EnumerateArray().Select(point => (point[0].GetDouble(), point[1].GetDouble()))]);
    }
}
