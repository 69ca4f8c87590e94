using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace MlPipeline.ScoringService;

/// <summary>Turns what goes wrong into problems (RFC 9457), each with the status that says whose fault it is.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    /// <summary>Answers with a problem whatever the rest throws, or leaves without a body.</summary>
    public static async Task GuardAsync(HttpContext context, Func<Task> next, ILogger log)
    {
        try
        {
            await next();
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
                await WriteAsync(context, context.Response.StatusCode, DetailOf(context));
        }
        catch (Exception e)
        {
            if (context.RequestAborted.IsCancellationRequested)
                return;
            if (context.Response.HasStarted)
                throw;
            await AnswerAsync(context, e, log);
        }
    }

    public static Task WriteAsync(HttpContext context, int status, string detail, TimeSpan? retryAfter = null,
        IReadOnlyList<PictureAnswer>? pictures = null)
    {
        context.Response.StatusCode = status;
        if (retryAfter is { } wait)
        {
            var seconds = Math.Max(1, Math.Ceiling(wait.TotalSeconds));
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (status == StatusCodes.Status401Unauthorized)
            context.Response.Headers.WWWAuthenticate = "Bearer";
        var problem = new Problem("about:blank", ReasonPhrases.GetReasonPhrase(status), status, detail) { Pictures = pictures };
        return context.Response.WriteAsJsonAsync(problem, ServiceJson.Default.Problem, ContentType, context.RequestAborted);
    }

    private static Task AnswerAsync(HttpContext context, Exception exception, ILogger log)
    {
        switch (exception)
        {
            case RequestException refused:
                return WriteAsync(context, refused.Status, refused.Message, refused.RetryAfter, refused.Pictures);
            case BadHttpRequestException broken:
                return WriteAsync(context, broken.StatusCode, broken.Message);
            case OperationCanceledException or ObjectDisposedException:
                return WriteAsync(context, StatusCodes.Status503ServiceUnavailable,
                    "the service had no time for the request: try again later", TimeSpan.FromSeconds(1));
            default:
                log.LogError(exception, "{Method} {Path} failed", context.Request.Method, context.Request.Path);
                return WriteAsync(context, StatusCodes.Status500InternalServerError,
                    "this is a fault of the service, not of the request; its log says more");
        }
    }

    private static string DetailOf(HttpContext context) => (HttpStatusCode)context.Response.StatusCode switch
    {
        HttpStatusCode.NotFound => $"there is nothing at {context.Request.Path}; /openapi/v1.json lists what there is",
        HttpStatusCode.MethodNotAllowed =>
            $"{context.Request.Path} is asked with {context.Response.Headers.Allow}, not {context.Request.Method}",
        _ => ReasonPhrases.GetReasonPhrase(context.Response.StatusCode),
    };
}
