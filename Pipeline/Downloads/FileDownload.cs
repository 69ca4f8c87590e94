using System.Net;
using System.Net.Http.Headers;

namespace MlPipeline.Pipeline.Downloads;

/// <summary>
/// Brings a file from a web server into a partial file, and goes on where an earlier call, also of a process that was killed,
/// left off. What the server calls the state of its file (ETag or date) is kept beside the partial file, so that the parts of two
/// states are never joined (RFC 9110, section 13.1.5: If-Range).
/// </summary>
internal sealed class FileDownload(HttpClient client, DownloadOptions options)
{
    // Attempts that bring less than this count as failed ones.
    private const long Headway = 1 << 20;

    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    /// <summary>A client that follows few redirects, none of them to an address without encryption.</summary>
    /// <param name="proxy">The address of a proxy; that of the environment (HTTPS_PROXY ...) when null.</param>
    /// <param name="credentials">What servers that ask are told.</param>
    public static HttpClient Client(string? proxy = null, ICredentials? credentials = null)
    {
        var handler = new SocketsHttpHandler
        {
            MaxAutomaticRedirections = 8,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            Credentials = credentials,
        };
        if (!string.IsNullOrEmpty(proxy))
            handler.Proxy = ProxyOf(proxy);
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("MlPipeline");
        return client;
    }

    /// <summary>Downloads what is missing.</summary>
    /// <param name="address">An http or https address.</param>
    /// <param name="partial">The partial file.</param>
    /// <param name="bytes">The length of the whole file; 0 when it is not known.</param>
    /// <param name="cancellation">Ends the download; what has come stays.</param>
    /// <exception cref="DownloadException">The server does not give the file.</exception>
    public async Task RunAsync(Uri address, string partial, long bytes, CancellationToken cancellation)
    {
        for (var failed = 0; ;)
        {
            var before = LengthOf(partial);
            try
            {
                await TryAsync(address, partial, bytes, cancellation).ConfigureAwait(false);
                return;
            }
            catch (DownloadException e) when (e.IsTransient)
            {
                failed = LengthOf(partial) - before >= Headway ? 1 : failed + 1;
                if (failed >= options.Attempts)
                    throw new DownloadException($"{e.Message}, in {options.Attempts} attempts", e);
                var delay = e.RetryAfter ?? options.RetryDelay * Math.Pow(2, failed - 1);
                delay = TimeSpan.FromSeconds(Math.Clamp(delay.TotalSeconds, 0, s_longestDelay.TotalSeconds));
                options.Note?.Invoke($"{address.Host}: {e.Message}; trying again in {delay.TotalSeconds:0.#} s");

                // Up to a quarter more, so that many machines that failed at once do not come back at once.
                await Task.Delay(delay * (1 + Random.Shared.NextDouble() / 4), cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Forgets a partial file.</summary>
    public static void Delete(string partial)
    {
        File.Delete(partial);
        File.Delete(StateOf(partial));
    }

    private async Task TryAsync(Uri address, string partial, long bytes, CancellationToken cancellation)
    {
        var state = File.Exists(StateOf(partial))
            ? await File.ReadAllTextAsync(StateOf(partial), cancellation).ConfigureAwait(false) : null;
        if (state is null)
            Delete(partial);
        var here = LengthOf(partial);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (here > 0)
        {
            request.Headers.Range = new RangeHeaderValue(here, null);
            request.Headers.TryAddWithoutValidation("If-Range", state);
        }

        using var response = await StalledStream.WithinAsync(
            token => client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), options.Stall, cancellation)
            .ConfigureAwait(false);
        var whole = Begin(response, partial, here, state);
        if (whole < 0)
            return;
        if (bytes > 0 && whole > 0 && whole != bytes)
            throw Wrong($"its file has {whole:N0} bytes, not {bytes:N0}", partial);
        var wanted = whole > 0 ? whole : bytes;
        if (wanted > options.MaxBytes)
            throw Wrong($"its file has {wanted:N0} bytes, more than the limit of {options.MaxBytes:N0}", partial);
        var from = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var to = new FileStream(partial, FileMode.Append, FileAccess.Write, FileShare.Read, 1 << 17);
        await using (from.ConfigureAwait(false))
        await using (to.ConfigureAwait(false))
        {
            await StalledStream.CopyAsync(from, to, options.Stall, wanted > 0 ? wanted : options.MaxBytes,
                n => options.Progress?.Invoke(n, wanted), cancellation).ConfigureAwait(false);
            if (wanted > 0 && to.Length < wanted)
                throw new DownloadException("it ended its answer too early") { IsTransient = true };
        }
    }

    /// <summary>Takes the answer's head, after which the partial file is what its body goes on.</summary>
    /// <returns>The length of the whole file, 0 when it is not said, -1 when all of it is here.</returns>
    private static long Begin(HttpResponseMessage response, string partial, long here, string? state)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                Delete(partial);
                KeepState(response, partial);
                return response.Content.Headers.ContentLength ?? 0;
            case HttpStatusCode.PartialContent:
                var range = response.Content.Headers.ContentRange;
                var found = StateOf(response);
                return range?.From == here && (found is null || found == state) ? range.Length ?? 0
                    : throw Wrong("it sent another part than was asked for", partial, isTransient: true);
            case HttpStatusCode.RequestedRangeNotSatisfiable when here > 0:
                return response.Content.Headers.ContentRange?.Length == here ? -1
                    : throw Wrong("its file is shorter than what it sent before", partial, isTransient: true);
        }

        var code = (int)response.StatusCode;
        throw new DownloadException(code is >= 300 and < 400
            ? "it redirects too often, or to an address without encryption"
            : $"it answered {code} ({response.ReasonPhrase})")
        {
            IsTransient = code is 408 or 429 or >= 500,
            RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null,
        };
    }

    // What has come is worth nothing.
    private static DownloadException Wrong(string problem, string partial, bool isTransient = false)
    {
        Delete(partial);
        return new DownloadException(problem) { IsTransient = isTransient };
    }

    // Without a state that can be asked for, what comes cannot be gone on with.
    private static void KeepState(HttpResponseMessage response, string partial)
    {
        if (StateOf(response) is { } state)
            File.WriteAllText(StateOf(partial), state);
        else
            File.Delete(StateOf(partial));
    }

    private static string? StateOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.ToString()
        : response.Content.Headers.LastModified?.ToString("R");

    private static string StateOf(string partial) => partial + ".state";

    private static long LengthOf(string partial) => File.Exists(partial) ? new FileInfo(partial).Length : 0;

    private static WebProxy ProxyOf(string address)
    {
        if (!Uri.TryCreate(address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address, UriKind.Absolute,
            out var uri))
        {
            throw new ArgumentException(
                $"'{address}' is no address of a proxy; one such as http://proxy.example:3128 is expected.");
        }

        var proxy = new WebProxy(uri);
        if (uri.UserInfo.Split(':', 2) is [{ Length: > 0 } user, var password])
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(password));
        return proxy;
    }
}
