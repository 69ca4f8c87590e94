using System.Diagnostics;

namespace MlPipeline.Benchmarks.Serving;

/// <summary>A scoring service in a process of its own, on a free port.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private const string Listening = "listening at ";

    private readonly Process _process;

    private ServiceProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = new("about:blank");

    /// <summary>The most memory that was resident so far.</summary>
    public long PeakBytes
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64;
        }
    }

    public static async Task<ServiceProcess> StartAsync(string model, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "MlPipeline.ScoringService.dll"));
        start.ArgumentList.Add(model);
        start.ArgumentList.Add("--listen");
        start.ArgumentList.Add("http://127.0.0.1:0");
        var service = new ServiceProcess(Process.Start(start)!);
        try
        {
            service.Address = await service.HearAddressAsync(cancellation);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<Uri> HearAddressAsync(CancellationToken cancellation)
    {
        List<string> said = [];
        while (await _process.StandardError.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(Listening, StringComparison.Ordinal))
            {
                // What it says from here on is read so that it never waits for a reader, and thrown away.
                _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
                return new Uri(line[Listening.Length..]);
            }

            said.Add(line);
        }

        throw new InvalidOperationException($"The service did not start: {string.Join(' ', said)}");
    }
}
