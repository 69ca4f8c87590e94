using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The scoring service as the command line starts and ends it; what it answers is tested by its own suite.</summary>
public class ServeTests(TrainedModelFixture trained) : IClassFixture<TrainedModelFixture>
{
    [Fact]
    public async Task It_serves_what_predict_says_and_ends_well_when_told_to()
    {
        var picture = trained.SomePictures[0];
        using var process = CommandRun.Start("serve", trained.Model, "--listen", "http://127.0.0.1:0", "--json");
        try
        {
            var printed = JsonDocument.Parse((await process.StandardOutput.ReadLineAsync())!).RootElement;
            JsonGuide.Check("serve", printed);
            using var client = new HttpClient { BaseAddress = new Uri(printed.GetProperty("listening")[0].GetString()!) };
            using var body = new ByteArrayContent(await File.ReadAllBytesAsync(picture))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("image/png") },
            };
            var said = JsonDocument.Parse(await (await client.PostAsync("v1/predict", body)).Content.ReadAsStringAsync())
                .RootElement.GetProperty("predictions")[0];
            var expected = CommandRun.Of("predict", trained.Model, picture, "--json").Json.GetProperty("images")[0];
            Assert.Equal(expected.GetProperty("label").GetString(), said.GetProperty("label").GetString());

            using (var signal = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]))
                await signal.WaitForExitAsync();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    [Fact]
    public void Wrong_settings_and_models_end_the_start()
    {
        var wrong = CommandRun.Of("serve", trained.Model, "--listen", "http://0.0.0.0:8080");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--api-keys", wrong.Error, StringComparison.Ordinal);
        var damaged = trained.Scratch("damaged.zip");
        File.WriteAllText(damaged, "no model");
        var refused = CommandRun.Of("serve", damaged, "--listen", "http://127.0.0.1:0");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("damaged.zip", refused.Error, StringComparison.Ordinal);
    }
}
