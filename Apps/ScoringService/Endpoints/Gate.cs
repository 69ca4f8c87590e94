using System.Net;
using Microsoft.AspNetCore.Http;

namespace MlPipeline.ScoringService;

/// <summary>Who is let in: with keys whoever bears one; without, only programs of the same machine that mean it.</summary>
internal sealed class Gate(ApiKeys keys)
{
    private const string Scheme = "Bearer ";
    private const string KeyHeader = "X-Api-Key";

    // The pages and what tells whether the service lives; they give nothing away.
    private static readonly string[] s_open = ["/", "/app.css", "/app.js", "/healthz", "/readyz", "/openapi/v1.json"];

    /// <exception cref="RequestException">The request is not let in.</exception>
    public void Check(HttpContext context)
    {
        if (keys.IsEmpty)
            CheckOwnMachine(context);
        else if (!IsOpen(context.Request.Path) && !keys.Contains(KeyOf(context.Request)))
            throw new RequestException(StatusCodes.Status401Unauthorized, "a key is needed: 'Authorization: Bearer KEY'");
    }

    private static bool IsOpen(PathString path) => s_open.Contains(path.Value, StringComparer.Ordinal)
        || path.StartsWithSegments(PageEndpoints.Reference, StringComparison.Ordinal);

    // A page of another site that a browser here shows must not reach the service under that site's name (DNS rebinding).
    private static void CheckOwnMachine(HttpContext context)
    {
        var host = context.Request.Host.Host;
        var isOwn = host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        if (!isOwn || context.Connection.RemoteIpAddress is not { } remote || !IPAddress.IsLoopback(remote))
        {
            throw new RequestException(StatusCodes.Status403Forbidden,
                $"without keys the service answers its own machine only, under its names, not '{host}'");
        }
    }

    private static string KeyOf(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim()
            : request.Headers[KeyHeader].ToString();
    }
}
