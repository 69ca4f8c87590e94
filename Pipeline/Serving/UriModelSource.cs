using System.Net;
using System.Security.Cryptography;

namespace MlPipeline.Pipeline.Serving;

/// <summary>A model's file on a web server. The server is asked with the ETag and the date of its last answer, so that it sends
/// the file only when it changed.</summary>
internal sealed class UriModelSource(Uri uri, TimeSpan period, string? sha256, long maxBytes, HttpClient? client) : IModelSource
{
    private static readonly TimeSpan s_stall = TimeSpan.FromSeconds(30);
    private static readonly Lazy<HttpClient> s_client = new(() => new HttpClient(
        new SocketsHttpHandler { ConnectTimeout = s_stall, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    });

    // Without the query, which may hold a credential.
    public string Location { get; } = uri.GetLeftPart(UriPartial.Path);

    public TimeSpan PollInterval => period;

    public async Task<string?> CopyAsync(string destination, string? stamp, CancellationToken cancellation)
    {
        using var stall = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        stall.CancelAfter(s_stall);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, uri);
            if (stamp?.Split('|') is [var tag, var date])
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", tag.Length > 0 ? tag : null);
                request.Headers.TryAddWithoutValidation("If-Modified-Since", date.Length > 0 ? date : null);
            }

            using var response = await (client ?? s_client.Value)
                .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stall.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotModified && stamp is not null)
                return null;
            if (response.StatusCode != HttpStatusCode.OK)
                throw new IOException($"the server answered {(int)response.StatusCode} ({response.ReasonPhrase})");
            await CopyAsync(response, destination, stall).ConfigureAwait(false);
            return $"{response.Headers.ETag}|{response.Content.Headers.LastModified?.ToString("R")}";
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"nothing came from the server for {s_stall.TotalSeconds} seconds", e);
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, string destination, CancellationTokenSource stall)
    {
        var from = await response.Content.ReadAsStreamAsync(stall.Token).ConfigureAwait(false);
        var to = new FileStream(destination, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using (from.ConfigureAwait(false))
        await using (to.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 16];
            while (await from.ReadAsync(buffer, stall.Token).ConfigureAwait(false) is > 0 and var read)
            {
                if (to.Length + read > maxBytes)
                    throw new IOException($"the file is larger than the limit of {maxBytes} bytes");
                hash.AppendData(buffer, 0, read);
                await to.WriteAsync(buffer.AsMemory(0, read), stall.Token).ConfigureAwait(false);
                stall.CancelAfter(s_stall);
            }
        }

        if (sha256 is not null && Convert.ToHexStringLower(hash.GetHashAndReset()) is var found
            && !found.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new IOException($"the file's SHA-256 is {found}, not {sha256}");
        }
    }
}
