using System.Net.Http.Headers;
using System.Text;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Each status that says what is wrong with a request.</summary>
[Collection(nameof(ServiceFixture))]
public sealed class RefusalTests(ServiceFixture fixture)
{
    private RunningService Service => fixture.Shared;

    private byte[] Picture => File.ReadAllBytes(fixture.Pictures[0]);

    [Theory]
    [InlineData("""{"pictures": [{"path": "/etc/passwd"}]}""", "'path'")]
    [InlineData("""{"pictures": [{"data": "!!"}]}""", "pictures[0].data")]
    [InlineData("""{"pictures": [{"name": "a"}]}""", "no 'data'")]
    [InlineData("""{"pictures": [7]}""", "pictures[0]")]
    [InlineData("""{"pictures": []}""", "no picture")]
    [InlineData("""{"images": []}""", "'images'")]
    [InlineData("""{"pictures": [], "pictures": []}""", "no JSON")]
    [InlineData("""[1]""", "must be")]
    [InlineData("""{"pictures": [""", "no JSON")]
    [InlineData("", "no JSON")]
    public async Task Wrong_JSON_is_400(string json, string said) =>
        Assert.Contains(said, (await Service.PostJsonAsync("v1/predict", json)).Problem(400));

    [Theory]
    [InlineData("v1/predict?top=0", "'top'")]
    [InlineData("v1/predict?top=1.5", "'top'")]
    [InlineData("v1/predict?tpo=3", "there are model, top")]
    [InlineData("v1/predict?top=1&top=2", "2 times")]
    [InlineData("v1/explain?class=unicorn", "'unicorn'")]
    [InlineData("v1/explain?method=guess", "cam")]
    [InlineData("v1/explain?method=covariance-cam", "cam")]
    [InlineData("v1/explain?output=video", "overlay")]
    public async Task Wrong_parameters_are_400(string path, string said) =>
        Assert.Contains(said, (await Service.PostAsync(path, Picture)).Problem(400));

    [Theory]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"path\"\r\n\r\n/etc/passwd\r\n--b--\r\n", "'path'")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nxyz", "ends")]
    [InlineData("--b--\r\n", "no picture")]
    [InlineData("", "ends")]
    [InlineData("--b\r\nbroken\r\n\r\n\r\n--b--\r\n", "broken")]
    public async Task Wrong_forms_are_400(string form, string said) => Assert.Contains(said,
        (await Service.PostAsync("v1/predict", Encoding.UTF8.GetBytes(form), "multipart/form-data; boundary=b")).Problem(400));

    [Fact]
    public async Task A_form_without_a_boundary_is_400() => Assert.Contains("boundary",
        (await Service.PostAsync("v1/predict", Picture, "multipart/form-data")).Problem(400));

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("nonsense")]
    [InlineData("")]
    public async Task Other_types_are_415(string type) =>
        (await Service.PostAsync("v1/predict", Picture, type)).Problem(415);

    [Fact]
    public async Task Packed_bodies_are_415()
    {
        var content = new ByteArrayContent(Picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/png");
        content.Headers.ContentEncoding.Add("gzip");

        Assert.Contains("gzip", (await Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "v1/predict")
        {
            Content = content,
        })).Problem(415));
    }

    [Fact]
    public async Task Unknown_models_and_addresses_are_404_and_other_methods_405()
    {
        Assert.Contains("shapes", (await Service.PostAsync("v1/predict?model=other", Picture)).Problem(404));
        Assert.Contains("shapes", (await Service.GetAsync("v1/models/other")).Problem(404));
        (await Service.PostAsync("v1/models/other/reload", [])).Problem(404);
        (await Service.GetAsync("v1/nothing")).Problem(404);
        (await Service.GetAsync("../etc/passwd")).Problem(404);
        Assert.Contains("POST", (await Service.GetAsync("v1/predict")).Problem(405));
    }

    [Fact]
    public async Task What_is_larger_than_a_limit_is_413()
    {
        await using var service = await fixture.StartAsync(o => o with
        {
            MaxPictureBytes = 40_000,
            MaxRequestBytes = 100_000,
            MaxPictures = 2,
            MaxPixels = 9_000,
        });
        await using var small = await fixture.StartAsync(o => o with { MaxPictureBytes = 40_000, MaxRequestBytes = 60_000 });
        var chunked = new HttpRequestMessage(HttpMethod.Post, "v1/predict")
        {
            Content = new MultipartFormDataContent
            {
                { new ByteArrayContent(new byte[35_000]), "picture", "a" },
                { new ByteArrayContent(new byte[35_000]), "picture", "b" },
            },
        };
        chunked.Headers.TransferEncodingChunked = true;
        Assert.Contains("60000", (await small.SendAsync(chunked)).Problem(413));
        Assert.Contains("megapixels", (await service.PostAsync("v1/predict", Picture)).Problem(413));
        Assert.Contains("40000", (await service.PostAsync("v1/predict", new byte[40_001])).Problem(413));
        Assert.Contains("40000", (await service.PostFormAsync("v1/predict", ("a", new byte[40_001]))).Problem(413));
        Assert.Contains("100000", (await service.PostAsync("v1/predict", new byte[100_001])).Problem(413));
        Assert.Contains("100000", (await service.PostJsonAsync("v1/predict", new string(' ', 200_000))).Problem(413));
        Assert.Contains("more than 2",
            (await service.PostFormAsync("v1/predict", ("a", [1]), ("b", [1]), ("c", [1]))).Problem(413));
    }

    [Fact]
    public async Task A_flood_is_429_with_a_time_to_come_back()
    {
        await using var service = await fixture.StartAsync(o => o with { Queue = 3, BatchSize = 1 });
        using var large = new Imaging.Raster(1200, 1200);
        var slow = Imaging.Decoding.PngEncoder.Encode(large);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.PostAsync("v1/predict", slow)));

        Assert.Contains(answers, a => (int)a.Status == 200);
        Assert.Contains(answers, a => (int)a.Status == 429);
        foreach (var answer in answers.Where(a => (int)a.Status != 200))
        {
            Assert.Contains("no more than 3", answer.Problem(429));
            Assert.True(answer.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        }

        (await service.PostAsync("v1/predict", Picture)).Good();
    }

    [Fact]
    public async Task Too_many_requests_and_too_many_bytes_at_once_are_429()
    {
        await using var service = await fixture.StartAsync(o => o with { MaxHeldBytes = 100_000 });

        Assert.Contains("bytes", (await service.PostAsync("v1/predict", new byte[200_000])).Problem(429));
        (await service.PostAsync("v1/predict", Picture)).Good();
    }

    [Fact]
    public async Task Without_time_it_is_503_and_a_body_that_does_not_come_is_408()
    {
        await using var service = await fixture.StartAsync(o => o with { Timeout = TimeSpan.FromMilliseconds(300) });
        using var silent = new RawRequest(service.Address);
        await silent.SendAsync("POST /v1/predict HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\n"
            + "Content-Length: 100\r\n\r\n");
        Assert.Equal(408, await silent.StatusAsync());

        await using var hurried = await fixture.StartAsync(o => o with { Timeout = TimeSpan.FromTicks(1) });
        var status = (int)(await hurried.PostAsync("v1/predict", Picture)).Status;
        Assert.Contains(status, (int[])[408, 503]);
    }

    [Fact]
    public async Task Keys_are_asked_for_and_nothing_else_opens()
    {
        const string Key = "a key of many letters";
        await using var service = await fixture.StartAsync(o => o with { Keys = ApiKeys.Of("another key of letters", Key) });

        foreach (var path in (string[])["v1/models", "v1/models/shapes", "metrics", "v1/nothing"])
            Assert.Contains("Bearer", (await service.GetAsync(path)).Problem(401));
        Assert.Equal("Bearer", (await service.PostAsync("v1/predict", Picture)).Headers.WwwAuthenticate.Single().Scheme);
        foreach (var path in (string[])["", "app.js", "app.css", "healthz", "readyz"])
            (await service.GetAsync(path)).Good();
        (await SendAsync("Authorization", "Bearer " + Key)).Good();
        (await SendAsync("X-Api-Key", Key)).Good();
        foreach (var wrong in (string[])["Bearer " + Key[1..], "Bearer ", "Basic " + Key, Key])
            (await SendAsync("Authorization", wrong)).Problem(401);

        Task<Answer> SendAsync(string header, string value)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "v1/models");
            request.Headers.TryAddWithoutValidation(header, value);
            return service.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("10.0.0.1")]
    public async Task Without_keys_only_the_machines_own_names_are_answered(string host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "v1/models");
        request.Headers.Host = host;

        Assert.Contains(host, (await Service.SendAsync(request)).Problem(403));
    }
}
