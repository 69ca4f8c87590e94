using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Scalar.AspNetCore;

namespace MlPipeline.ScoringService;

/// <summary>The pages for people, from the assemblies: everything they need comes from this service.</summary>
internal static class PageEndpoints
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The page that shows the OpenAPI document, and what lies below it.</summary>
    public const string Reference = "/docs";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "index.html", "text/html; charset=utf-8");
        Map(routes, "/app.css", "app.css", "text/css; charset=utf-8");
        Map(routes, "/app.js", "app.js", "text/javascript; charset=utf-8");
    }

    public static void MapReference(this IEndpointRouteBuilder routes) =>
        routes.MapScalarApiReference(Reference, (options, context) =>
        {
            // Its script is one line in the page, which the nonce lets in; styles and the font are in the script.
            var nonce = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; "
                + "style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; "
                + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
            options.WithTitle("Scoring service").WithNonce(nonce).DisableDefaultFonts().DisableTelemetry().DisableAgent()
                .DisableMcp().HideDeveloperTools();
        });

    private static void Map(IEndpointRouteBuilder routes, string path, string resource, string type)
    {
        Lazy<byte[]> content = new(() => Read(resource));
        routes.MapGet(path, context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.ContentSecurityPolicy = Policy;
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            context.Response.Headers.CacheControl = "no-cache";
            return context.Response.Body.WriteAsync(content.Value, context.RequestAborted).AsTask();
        });
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {resource}.");
        using MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }
}
