using System.Net;
using System.Text.Json;

namespace MlPipeline.ScoringService.Tests;

[Collection(nameof(ServiceFixture))]
public sealed class PredictTests(ServiceFixture fixture)
{
    private static readonly byte[] s_noPicture = [1, 2, 3, 4, 5, 6, 7, 8, 9];

    private RunningService Service => fixture.Shared;

    private byte[] Picture => File.ReadAllBytes(fixture.Pictures[0]);

    [Fact]
    public async Task Every_form_of_body_gives_the_models_own_bits()
    {
        using var model = ImageClassificationModel.Load(fixture.Model);
        var expected = model.Predict(MlPipeline.Picture.FromFile(fixture.Pictures[0])).Top(3);
        var json = $$"""{"pictures": [{"name": "a.png", "data": "{{Convert.ToBase64String(Picture)}}"}]}""";

        foreach (var (answer, name) in ((Answer, string?)[])
        [
            (await Service.PostAsync("v1/predict", Picture), null),
            (await Service.PostAsync("v1/predict", Picture, "application/octet-stream"), null),
            (await Service.PostAsync("v1/predict", Picture, "IMAGE/anything; charset=x"), null),
            (await Service.PostFormAsync("v1/predict", ("a.png", Picture)), "a.png"),
            (await Service.PostJsonAsync("v1/predict", json), "a.png"),
        ])
        {
            var said = Assert.Single(answer.Predictions);
            Assert.Equal(expected.Select(e => (e.Label, e.Score)), said.GetProperty("top").EnumerateArray()
                .Select(t => (t.GetProperty("label").GetString()!, t.GetProperty("score").GetSingle())));
            Assert.Equal(expected[0].Label, said.GetProperty("label").GetString());
            Assert.Equal(name, said.TryGetProperty("name", out var given) ? given.GetString() : null);
            Assert.Equal(Service.Server.Models[0].Version, answer.Json.GetProperty("version").GetString());
            Assert.Contains("network;dur=", Assert.Single(answer.Headers.GetValues("Server-Timing")));
        }
    }

    [Fact]
    public async Task Many_at_once_are_batched_and_equal_single_results_bit_for_bit()
    {
        await using var service = await fixture.StartAsync();
        using var model = ImageClassificationModel.Load(fixture.Model);
        var classes = model.ClassNames.Count;

        var answers = await Task.WhenAll(Enumerable.Range(0, 240).Select(async i =>
        {
            var path = fixture.Pictures[i % fixture.Pictures.Count];
            var answer = await service.PostAsync($"v1/predict?top={classes}", await File.ReadAllBytesAsync(path));
            return (Path: path, answer.Predictions);
        }));

        foreach (var (path, predictions) in answers)
        {
            Assert.Equal(model.Predict(MlPipeline.Picture.FromFile(path)).Top(classes).Select(t => t.Score),
                predictions[0].GetProperty("top").EnumerateArray().Select(t => t.GetProperty("score").GetSingle()));
        }

        var metrics = Metrics.Of((await service.GetAsync("metrics")).Text);
        Assert.Equal(240, metrics["mlpipeline_batch_size_sum"]);
        Assert.True(metrics["mlpipeline_batch_size_count"] < 200, "hardly any batches were made");
        Assert.Equal(240, metrics["mlpipeline_predictions_total"]);
        Assert.Equal(0, metrics["mlpipeline_queue_length"]);
        Assert.InRange(metrics["mlpipeline_feature_distance_sum"] / 240, 0.5, 2);
        Assert.InRange(metrics["mlpipeline_feature_drift"], 0, 0.2);
    }

    [Fact]
    public async Task Bad_pictures_among_good_ones_have_errors_of_their_own()
    {
        var said = (await Service.PostFormAsync("v1/predict?top=1",
            ("../../etc/passwd", s_noPicture), ("good.png", Picture), ("half.png", Picture[..(Picture.Length / 2)]))).Predictions;

        Assert.Equal(["../../etc/passwd", "good.png", "half.png"], said.Select(p => p.GetProperty("name").GetString()));
        Assert.Equal([true, false, true], said.Select(p => p.TryGetProperty("error", out _)));
        Assert.Equal([false, true, false], said.Select(p => p.TryGetProperty("label", out _)));
        Assert.Single(said[1].GetProperty("top").EnumerateArray());
    }

    [Fact]
    public async Task When_no_picture_can_be_used_each_is_named_in_the_problem()
    {
        Assert.Contains("no", (await Service.PostAsync("v1/predict", s_noPicture)).Problem(422));
        var answer = await Service.PostFormAsync("v1/predict", ("a", s_noPicture), ("b", []));

        Assert.Contains("2 pictures", answer.Problem(422));
        Assert.Equal(["a", "b"], answer.Json.GetProperty("pictures").EnumerateArray()
            .Select(p => p.GetProperty("error").GetString() is { Length: > 0 } ? p.GetProperty("name").GetString() : null));
    }

    [Fact]
    public async Task Who_leaves_is_forgotten_and_the_service_goes_on()
    {
        await using var service = await fixture.StartAsync(o => o with { BatchSize = 1 });
        using var leaving = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 64).Select(_ =>
            service.Client.PostAsync("v1/predict",
                new ByteArrayContent(Picture) { Headers = { { "Content-Type", "image/png" } } }, leaving.Token)).ToList();
        await Task.Delay(20);
        await leaving.CancelAsync();
        foreach (var request in requests)
            await Record.ExceptionAsync(() => request);

        (await service.PostAsync("v1/predict", Picture)).Good();
        for (var i = 0; i < 100 && await WaitingAsync() > 0; i++)
            await Task.Delay(20);
        Assert.Equal(0, await WaitingAsync());
        Assert.Equal(0, Metrics.Of((await service.GetAsync("metrics")).Text)["mlpipeline_held_bytes"]);

        async Task<int> WaitingAsync() =>
            (await service.GetAsync("v1/models")).Json.GetProperty("models")[0].GetProperty("waiting").GetInt32();
    }

    [Fact]
    public async Task Explanations_are_a_picture_a_map_or_numbers()
    {
        var overlay = (await Service.PostAsync("v1/explain", Picture)).Good();
        var map = (await Service.PostAsync("v1/explain?output=map", Picture)).Good();
        using var model = ImageClassificationModel.Load(fixture.Model);
        var shown = model.ClassNames[1];
        var numbers = (await Service.PostFormAsync($"v1/explain?output=json&method=cam&class={shown}", ("a", Picture))).Good();
        var expected = model.Explain(MlPipeline.Picture.FromBytes(Picture), shown);

        Assert.Equal(("image/png", "image/png"), (overlay.Type, map.Type));
        foreach (var png in (byte[][])[overlay.Body, map.Body])
        {
            using var raster = Imaging.Decoding.ImageDecoder.Decode(png);
            Assert.Equal((96, 96), (raster.Width, raster.Height));
        }

        Assert.Equal(expected.Heatmap!.Values.ToArray(),
            numbers.Json.GetProperty("map").EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal((shown, 96), (numbers.Json.GetProperty("class").GetString(),
            numbers.Json.GetProperty("pictureWidth").GetInt32()));
        Assert.Equal(expected.Prediction.Label, numbers.Json.GetProperty("prediction").GetProperty("label").GetString());
    }

    [Fact]
    public async Task Large_pictures_are_explained_at_a_smaller_size()
    {
        using var large = new Imaging.Raster(4000, 1000);
        var overlay = (await Service.PostAsync("v1/explain", Imaging.Decoding.PngEncoder.Encode(large))).Good();

        using var raster = Imaging.Decoding.ImageDecoder.Decode(overlay.Body);
        Assert.Equal((1600, 400), (raster.Width, raster.Height));
    }

    [Fact]
    public async Task Models_are_listed_and_their_cards_shown_without_names_of_files()
    {
        var listed = Assert.Single((await Service.GetAsync("v1/models")).Good().Json.GetProperty("models").EnumerateArray());
        var card = (await Service.GetAsync("v1/models/shapes")).Good();

        Assert.Equal("shapes", listed.GetProperty("name").GetString());
        Assert.Equal(["cam", "grad-cam", "grad-cam++", "hires-cam", "layer-cam", "xgrad-cam",
            "eigen-cam", "ablation-cam", "center", "random"],
            listed.GetProperty("heatmapMethods").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal(listed.GetProperty("version").GetString(),
            card.Json.GetProperty("model").GetProperty("version").GetString());
        Assert.Equal("bootstrap-resnet", card.Json.GetProperty("properties").GetProperty("backbone").GetString());
        Assert.True(card.Json.GetProperty("trainingPictures").GetInt32() > 10);
        Assert.DoesNotContain(".png", card.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_describes_every_address()
    {
        var document = (await Service.GetAsync("openapi/v1.json")).Good().Json;

        Assert.Equal(["/v1/explain", "/v1/models", "/v1/models/{name}", "/v1/models/{name}/reload", "/v1/predict"],
            document.GetProperty("paths").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        var predict = document.GetProperty("paths").GetProperty("/v1/predict").GetProperty("post");
        Assert.Equal(["model", "top"], predict.GetProperty("parameters").EnumerateArray().Select(NameOf));
        Assert.Equal(["image/*", "application/octet-stream", "multipart/form-data", "application/json"],
            predict.GetProperty("requestBody").GetProperty("content").EnumerateObject().Select(c => c.Name));
        Assert.True(predict.GetProperty("responses").TryGetProperty("429", out _));
        var reload = document.GetProperty("paths").GetProperty("/v1/models/{name}/reload").GetProperty("post");
        Assert.Equal(["name", "force"], reload.GetProperty("parameters").EnumerateArray().Select(NameOf));
        static string? NameOf(JsonElement parameter) => parameter.GetProperty("name").GetString();
    }

    [Fact]
    public async Task It_is_healthy_and_ready()
    {
        Assert.Equal(HttpStatusCode.OK, (await Service.GetAsync("healthz")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Service.GetAsync("readyz")).Status);
    }
}
