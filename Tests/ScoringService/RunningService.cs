using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace MlPipeline.ScoringService.Tests;

/// <summary>A service that listens, and a client for it.</summary>
internal sealed class RunningService(ScoringServer server) : IAsyncDisposable
{
    public ScoringServer Server => server;

    public Uri Address => server.Addresses[0];

    public HttpClient Client { get; } = new() { BaseAddress = server.Addresses[0], Timeout = TimeSpan.FromSeconds(60) };

    public Task<Answer> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Sends a picture as the body.</summary>
    public Task<Answer> PostAsync(string path, byte[] body, string type = "image/png")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
    }

    public Task<Answer> PostJsonAsync(string path, string json) =>
        PostAsync(path, Encoding.UTF8.GetBytes(json), "application/json");

    public Task<Answer> PostFormAsync(string path, params IEnumerable<(string Name, byte[] Bytes)> files)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, bytes) in files)
        {
            var part = new ByteArrayContent(bytes);
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(part, "picture", name);
        }

        return SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = form });
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Client.SendAsync(request);
            return new Answer(response.StatusCode, await response.Content.ReadAsByteArrayAsync(),
                response.Content.Headers.ContentType?.MediaType, response.Headers);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server.StopAsync();
        await server.DisposeAsync();
    }
}

/// <summary>What the service answered.</summary>
internal sealed record Answer(HttpStatusCode Status, byte[] Body, string? Type, HttpResponseHeaders Headers)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public IReadOnlyList<JsonElement> Predictions => [.. Good().Json.GetProperty("predictions").EnumerateArray()];

    public Answer Good()
    {
        Assert.True(Status == HttpStatusCode.OK, $"{(int)Status}: {Text}");
        return this;
    }

    /// <summary>Fails unless this is a problem of a status; gives its detail.</summary>
    public string Problem(int status)
    {
        Assert.True((int)Status == status, $"{(int)Status}, not {status}: {Text}");
        Assert.Equal("application/problem+json", Type);
        Assert.Equal(status, Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(Json.GetProperty("title").GetString()));
        return Json.GetProperty("detail").GetString()!;
    }
}
