namespace MlPipeline.ScoringService;

/// <summary>A service from its start to its end, for programs.</summary>
public static class ServiceRun
{
    /// <summary>Serves until it is cancelled, then ends in order.</summary>
    /// <param name="options">What to serve.</param>
    /// <param name="started">Told the addresses, and the models with their versions, once it listens.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="ModelFileException">A model cannot be loaded.</exception>
    /// <exception cref="IOException">An address is in use or not of this machine.</exception>
    public static async Task UntilStoppedAsync(ServiceOptions options,
        Action<IReadOnlyList<Uri>, IReadOnlyList<(string Name, string Version)>> started, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(started);
        var server = await ScoringServer.StartAsync(options, cancellation).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            foreach (var address in server.Addresses)
                await Console.Error.WriteLineAsync($"listening at {address}").ConfigureAwait(false);
            started(server.Addresses, server.Models);
            try
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                await Console.Error.WriteLineAsync("stopping: what was taken is answered").ConfigureAwait(false);
            }

            await server.StopAsync().ConfigureAwait(false);
        }
    }
}
