using System.Diagnostics;
using System.Text.Json;
using MlPipeline.Data.Demo;

namespace MlPipeline.EndToEnd.Tests;

public sealed class TuneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TuneTests() => SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 10, Size = 64 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Best_trials_and_the_outer_estimate_are_told_and_the_model_predicts()
    {
        var result = Tune("a", "--trials", "5", "--folds", "2", "--nested", "--report", _folder["report"]).Good().Json;
        JsonElement[] trials = [.. result.GetProperty("trials").EnumerateArray()];
        Assert.Equal(5, trials.Length);
        Assert.Equal(Enumerable.Range(0, 5), trials.Select(t => t.GetProperty("number").GetInt32()));
        Assert.All(trials, t => Assert.Equal("complete", t.GetProperty("state").GetString()));
        Assert.All(trials, t => Assert.NotEmpty(t.GetProperty("parameters").EnumerateObject()));
        var best = result.GetProperty("best");
        Assert.Equal(trials.Max(t => t.GetProperty("value").GetDouble()), best.GetProperty("value").GetDouble());
        Assert.InRange(result.GetProperty("nested").GetProperty("microAccuracy").GetDouble(), 0, 1);

        var report = File.ReadAllText(result.GetProperty("report").GetString()!);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        Assert.All(trials, t =>
            Assert.Contains(
                $"<tr{(t.GetProperty("number").GetInt32() == best.GetProperty("number").GetInt32() ? " class=\"best\"" : "")} "
                + $"data-t=\"{t.GetProperty("number")}\"", report, StringComparison.Ordinal));
        Assert.DoesNotContain("http://", report.Replace("http://www.w3.org", "", StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.DoesNotContain("https://", report, StringComparison.Ordinal);
        var picture = Directory.GetFiles(_folder["pictures", SampleSet.Classes[0]])[0];
        CommandRun.Of("predict", _folder["a.mlp"], picture, "--json").Good();
    }

    [Fact]
    public void What_the_command_line_gives_a_value_is_not_searched()
    {
        var result = Tune("given", "--train-layers", "last-stage", "--trials", "1", "--epochs", "1", "--backbone",
            "bootstrap-resnet", "--weight-decay", "0.002", "--label-smoothing", "0", "--learning-rate", "0.05").Good().Json;

        var trial = Assert.Single(result.GetProperty("trials").EnumerateArray().ToArray());
        string[] searched = [.. trial.GetProperty("parameters").EnumerateObject().Select(p => p.Name)];
        Assert.Contains("pretrainedRate", searched);
        Assert.Empty(searched.Intersect(["weightDecay", "labelSmoothing", "learningRate"]));
    }

    [Fact]
    public void A_killed_search_goes_on_with_the_trials_that_it_would_have_made()
    {
        string[] search = ["--trials", "8", "--folds", "2", "--sampler", "tpe", "--parallel", "2"];
        var alone = Tune("alone", search).Good().Json;
        var study = _folder["killed.mlp.study.db"];
        var random = new Random(3);
        for (var kill = 0; kill < 3; kill++)
        {
            using var killed = CommandRun.Start(Arguments("killed", search));
            while (!killed.HasExited && !File.Exists(study))
                Thread.Sleep(1);

            Thread.Sleep(random.Next(1000));
            killed.Kill(entireProcessTree: true);
            killed.WaitForExit();
        }

        var resumed = Tune("killed", search).Good().Json;
        Assert.Equal(Trials(alone), Trials(resumed));
        Assert.Equal(File.ReadAllBytes(_folder["alone.mlp"]), File.ReadAllBytes(_folder["killed.mlp"]));

        // With all trials made there is nothing left to do.
        Assert.Equal(Trials(alone), Trials(Tune("killed", search).Good().Json));
    }

    [Fact]
    public async Task Stopped_by_the_user_it_keeps_its_trials_makes_the_best_model_and_goes_on()
    {
        if (OperatingSystem.IsWindows())
            return;

        string[] search = ["tune", _folder["pictures"], "--out", _folder["stopped.mlp"], "--trials", "100000",
            "--folds", "2", "--json"];
        using var process = CommandRun.Start(search);
        while (process.StandardError.ReadLine() is { } line && !line.Contains("is the best so far", StringComparison.Ordinal))
        {
            // Until there is something to keep.
        }

        // Ctrl-C is handled in the same way, but a test that runs in the background of a shell inherits that it is ignored.
        using (var signal = Process.Start("sh", ["-c", $"kill -TERM {process.Id}"]))
        {
            await signal.WaitForExitAsync();
        }

        var rest = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Contains("the same command goes on", await rest, StringComparison.Ordinal);
        Assert.Equal(0, process.ExitCode);
        var stopped = JsonDocument.Parse(output).RootElement;
        Assert.True(stopped.GetProperty("stopped").GetBoolean());
        CommandRun.Of("predict", _folder["stopped.mlp"],
            Directory.GetFiles(_folder["pictures", SampleSet.Classes[0]])[0], "--json").Good();

        var ended = stopped.GetProperty("trials").EnumerateArray().Count(t => t.GetProperty("state").GetString() == "complete");
        search[Array.IndexOf(search, "100000")] = $"{ended + 1}";
        var on = CommandRun.Of(search).Good();
        Assert.Contains($"going on with {_folder["stopped.mlp"]}.study.db: {ended} trials complete", on.Error,
            StringComparison.Ordinal);
        Assert.All(on.Json.GetProperty("trials").EnumerateArray(),
            t => Assert.Equal("complete", t.GetProperty("state").GetString()));
    }

    [Fact]
    public void A_study_alone_keeps_the_trials_from_which_a_model_is_made_later()
    {
        var study = _folder["alone.db"];
        string[] search = ["tune", _folder["pictures"], "--study", study, "--trials", "2", "--folds", "2", "--json", "--quiet"];
        var first = CommandRun.Of(search).Good().Json;
        Assert.False(first.TryGetProperty("model", out _));
        var model = _folder["later.mlp"];
        var later = CommandRun.Of([.. search, "--out", model]).Good().Json;
        Assert.Equal(Trials(first), Trials(later));
        Assert.True(File.Exists(model));

        var neither = CommandRun.Of("tune", _folder["pictures"]);
        Assert.Equal(2, neither.ExitCode);
        Assert.Contains("--study", neither.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(int, string, double)> Trials(JsonElement result) => result.GetProperty("trials").EnumerateArray()
        .Select(t => (t.GetProperty("number").GetInt32(), t.GetProperty("parameters").GetRawText(),
            t.GetProperty("value").GetDouble()));

    private CommandRun Tune(string name, params string[] more) => CommandRun.Of(Arguments(name, more));

    private string[] Arguments(string name, string[] more) =>
        ["tune", _folder["pictures"], "--out", _folder[name + ".mlp"], "--json", "--quiet", .. more];
}
