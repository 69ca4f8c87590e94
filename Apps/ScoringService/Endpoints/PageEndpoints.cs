using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace MlPipeline.ScoringService;

/// <summary>The page for people, from the assembly: everything it needs comes from this service.</summary>
internal static class PageEndpoints
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    public static void MapPage(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/", "index.html", "text/html; charset=utf-8");
        Map(routes, "/app.css", "app.css", "text/css; charset=utf-8");
        Map(routes, "/app.js", "app.js", "text/javascript; charset=utf-8");
    }

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
