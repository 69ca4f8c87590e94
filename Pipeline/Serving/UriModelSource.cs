using System.Net;
using System.Security.Cryptography;
using MlPipeline.Pipeline.Downloads;

namespace MlPipeline.Pipeline.Serving;

/// <summary>A model's file on a web server. The server is asked with the ETag and the date of its last answer, so that it sends
/// the file only when it changed.</summary>
internal sealed class UriModelSource(Uri uri, TimeSpan period, string? sha256, long maxBytes, TimeSpan stall, HttpClient? client)
    : IModelSource
{
    private static readonly Lazy<HttpClient> s_client = new(() => FileDownload.Client());

    // Without a query and a password, which may be secrets.
    public string Location { get; } = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public TimeSpan PollInterval => period;

    public async Task<string?> CopyAsync(string destination, string? stamp, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        if (stamp?.Split('\n') is [var tag, var date])
        {
            if (tag.Length > 0)
                request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            if (date.Length > 0)
                request.Headers.TryAddWithoutValidation("If-Modified-Since", date);
        }

        using var response = await StalledStream.WithinAsync(token => (client ?? s_client.Value)
            .SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token), stall, cancellation).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified && stamp is not null)
            return null;
        if (response.StatusCode != HttpStatusCode.OK)
            throw new DownloadException($"the server answered {(int)response.StatusCode} ({response.ReasonPhrase})");
        var from = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var to = new FileStream(destination, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 17);
        await using (from.ConfigureAwait(false))
        await using (to.ConfigureAwait(false))
        {
            await StalledStream.CopyAsync(from, to, stall, maxBytes, null, cancellation).ConfigureAwait(false);
            to.Position = 0;
            if (sha256 is not null
                && Convert.ToHexStringLower(await SHA256.HashDataAsync(to, cancellation).ConfigureAwait(false)) is var found
                && !found.Equals(sha256, StringComparison.OrdinalIgnoreCase))
            {
                throw new DownloadException($"the SHA-256 of what the server sent is {found}, not {sha256}");
            }
        }

        return $"{response.Headers.ETag}\n{response.Content.Headers.LastModified?.ToString("R")}";
    }
}
