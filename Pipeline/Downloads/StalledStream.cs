using System.Buffers;

namespace MlPipeline.Pipeline.Downloads;

/// <summary>Copies what comes from a server, which may stop in the middle or never end.</summary>
internal static class StalledStream
{
    /// <summary>Copies to the end.</summary>
    /// <param name="from">What the server sends.</param>
    /// <param name="to">Where it goes, at its present place.</param>
    /// <param name="stall">How long nothing may come.</param>
    /// <param name="limit">The largest length that the copy may reach.</param>
    /// <param name="progress">Is told the length of the copy.</param>
    /// <param name="cancellation">Ends the copy.</param>
    /// <exception cref="DownloadException">Nothing came for that long, the connection broke, or there was more than the
    /// limit.</exception>
    public static async Task CopyAsync(Stream from, FileStream to, TimeSpan stall, long limit, Action<long>? progress,
        CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 17);
        try
        {
            while (await ReadAsync(from, buffer, stall, cancellation).ConfigureAwait(false) is > 0 and var read)
            {
                if (to.Position + read > limit)
                    throw new DownloadException($"it sends more than the {limit:N0} bytes that the file may have");
                await to.WriteAsync(buffer.AsMemory(0, read), cancellation).ConfigureAwait(false);
                progress?.Invoke(to.Position);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Runs one step of a talk with a server.</summary>
    /// <param name="step">Gets a token that ends it.</param>
    /// <param name="stall">How long it may take.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="DownloadException">It took longer, or the connection broke.</exception>
    public static async Task<T> WithinAsync<T>(Func<CancellationToken, Task<T>> step, TimeSpan stall,
        CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(stall);
        try
        {
            return await step(limited.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new DownloadException($"it sent nothing for {stall.TotalSeconds:0.#} seconds", e) { IsTransient = true };
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException)
        {
            // A machine without a network is told so at once.
            var isOffline = e is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError };
            throw new DownloadException(ReasonOf(e), e) { IsTransient = !isOffline };
        }
    }

    private static Task<int> ReadAsync(Stream from, byte[] buffer, TimeSpan stall, CancellationToken cancellation) =>
        WithinAsync(token => from.ReadAsync(buffer, token).AsTask(), stall, cancellation);

    private static string ReasonOf(Exception e) => e switch
    {
        HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded } or
            HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "it ended its answer too early",
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name is not known here",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
            $"there is no secure connection to it ({e.InnerException?.Message ?? e.Message})",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
            $"there is no connection to it ({e.InnerException?.Message ?? e.Message})",
        _ => $"the connection broke ({e.InnerException?.Message ?? e.Message})",
    };
}
