using System.Net;
using MlPipeline.Tests.Support;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Reloads and the end, while requests are under way.</summary>
[Collection(nameof(ServiceFixture))]
public sealed class LifetimeTests(ServiceFixture fixture)
{
    private byte[] Picture => File.ReadAllBytes(fixture.Pictures[0]);

    [Fact]
    public async Task Models_are_replaced_under_load_without_a_failed_request()
    {
        var path = fixture.Scratch("reloaded.zip");
        File.Copy(fixture.Model, path);
        await using var service = await fixture.StartAsync(o => o with { Models = [new ServedFile("shapes", path)] });
        var picture = Picture;
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 6).Select(_ => Task.Run(async () =>
        {
            List<Answer> answers = [];
            while (!stop.IsCancellationRequested)
                answers.Add(await service.PostAsync("v1/predict", picture));
            return answers;
        })).ToArray();

        for (var i = 0; i < 6; i++)
        {
            File.Copy(i % 2 == 0 ? fixture.OtherModel : fixture.Model, path + ".new");
            File.Move(path + ".new", path, overwrite: true);
            var reload = (await service.PostAsync("v1/models/shapes/reload", [])).Good();
            Assert.Equal("Replaced", reload.Json.GetProperty("outcome").GetString());
        }

        await stop.CancelAsync();
        var all = (await Task.WhenAll(load)).SelectMany(a => a).ToList();
        Assert.All(all, answer => answer.Good());
        var scores = all.GroupBy(a => a.Json.GetProperty("version").GetString())
            .Select(g => g.Select(a => a.Predictions[0].GetProperty("score").GetSingle()).Distinct().ToList()).ToList();
        Assert.Equal(2, scores.Count);
        Assert.All(scores, s => Assert.Single(s));
        Assert.Equal(6, Metrics.Of((await service.GetAsync("metrics")).Text)["mlpipeline_reloads_total"]);
    }

    [Fact]
    public async Task A_bad_newer_model_is_409_and_the_older_one_still_serves()
    {
        var path = fixture.Scratch("damaged.zip");
        File.Copy(fixture.Model, path);
        await using var service = await fixture.StartAsync(o => o with { Models = [new ServedFile("shapes", path)] });
        var unchanged = await service.PostAsync("v1/models/shapes/reload", []);
        Assert.Equal("Unchanged", unchanged.Good().Json.GetProperty("outcome").GetString());

        var bytes = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, bytes[..(bytes.Length / 2)]);

        Assert.Contains("damaged.zip", (await service.PostAsync("v1/models/shapes/reload", [])).Problem(409));
        (await service.PostAsync("v1/predict", Picture)).Good();
        var listed = (await service.GetAsync("v1/models")).Json.GetProperty("models")[0];
        Assert.Contains("damaged.zip", listed.GetProperty("lastError").GetString());
    }

    [Fact]
    public async Task A_newer_model_that_gets_fewer_of_the_kept_samples_right_is_409()
    {
        var path = fixture.Scratch("compared.zip");
        File.Copy(fixture.Model, path);
        await using var service = await fixture.StartAsync(o => o with
        {
            Models = [new ServedFile("shapes", path) { Samples = KeptSamples.Open(fixture.Samples) }],
            SampleLoss = 0.1,
        });

        File.Copy(fixture.SwappedModel, path, overwrite: true);
        var problem = (await service.PostAsync("v1/models/shapes/reload", [])).Problem(409);
        Assert.Matches($"it gets 0 of the {fixture.Pictures.Count} samples in .* right, and the served model [1-9]", problem);

        File.Copy(fixture.OtherModel, path, overwrite: true);
        var reload = (await service.PostAsync("v1/models/shapes/reload", [])).Good();
        Assert.Equal("Replaced", reload.Json.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_model_on_a_web_server_is_replaced_when_the_server_has_a_newer_one()
    {
        var (file, tag) = (fixture.Model, "\"1\"");
        using var server = new TestServer((request, stream) =>
            TestServer.SendAsync(request, stream, File.ReadAllBytes(file), tag));
        await using var service = await fixture.StartAsync(o => o with
        {
            Models = [new ServedFile("shapes", server.Address + "/shapes.zip?key=secret")],
        });
        (await service.PostAsync("v1/predict", Picture)).Good();

        (file, tag) = (fixture.OtherModel, "\"2\"");
        var reload = (await service.PostAsync("v1/models/shapes/reload", [])).Good();
        Assert.Equal("Replaced", reload.Json.GetProperty("outcome").GetString());

        server.Dispose();
        var problem = (await service.PostAsync("v1/models/shapes/reload", [])).Problem(409);
        Assert.Contains("shapes.zip: ", problem);
        Assert.DoesNotContain("secret", problem);
        (await service.PostAsync("v1/predict", Picture)).Good();
    }

    [Fact]
    public async Task The_end_is_told_first_and_what_was_taken_is_answered()
    {
        var service = await fixture.StartAsync(o => o with { BatchSize = 1, Drain = TimeSpan.FromMilliseconds(700) });
        var picture = Picture;
        var taken = Enumerable.Range(0, 200).Select(_ => service.PostAsync("v1/predict", picture)).ToList();
        await Task.WhenAny(taken);

        var stop = service.Server.StopAsync();
        Assert.Contains("stopped", (await service.GetAsync("readyz")).Problem(503));
        (await service.GetAsync("healthz")).Good();
        (await service.PostAsync("v1/predict", picture)).Good();
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        await stop;

        await Assert.ThrowsAsync<HttpRequestException>(() => service.GetAsync("healthz"));
        service.Client.Dispose();
        await service.Server.DisposeAsync();
    }

    [Fact]
    public async Task What_is_under_way_when_the_listener_closes_is_answered()
    {
        var service = await fixture.StartAsync();
        using var large = new Imaging.Raster(3000, 3000);
        var slow = Imaging.Decoding.PngEncoder.Encode(large);
        var taken = Enumerable.Range(0, 12).Select(_ => service.PostAsync("v1/predict", slow)).ToList();
        while (Metrics.Of((await service.GetAsync("metrics")).Text)["mlpipeline_queue_length"] < 10
            && !taken.TrueForAll(t => t.IsCompleted))
        {
            await Task.Delay(5);
        }

        await service.Server.StopAsync();

        Assert.All(taken, t => Assert.True(t.IsCompleted || t.Wait(TimeSpan.FromSeconds(5))));
        Assert.All(await Task.WhenAll(taken), answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        service.Client.Dispose();
        await service.Server.DisposeAsync();
    }

    [Fact]
    public async Task A_model_that_is_missing_or_damaged_ends_the_start()
    {
        var missing = await Assert.ThrowsAsync<ModelFileException>(() =>
            fixture.StartAsync(o => o with { Models = [.. o.Models, new ServedFile("b", fixture.Scratch("none.zip"))] }));
        Assert.Contains("none.zip", missing.Message);
    }

    [Fact]
    public async Task Several_models_answer_by_their_names()
    {
        await using var service = await fixture.StartAsync(o => o with
        {
            Models = [.. o.Models, new ServedFile("other", fixture.OtherModel)],
        });

        var first = await service.PostAsync("v1/predict", Picture);
        var other = await service.PostAsync("v1/predict?model=other", Picture);

        Assert.Equal(("shapes", "other"),
            (first.Json.GetProperty("model").GetString(), other.Json.GetProperty("model").GetString()));
        Assert.NotEqual(first.Json.GetProperty("version").GetString(), other.Json.GetProperty("version").GetString());
    }
}
