using System.Diagnostics;
using System.Text.Json;
using MlPipeline.Data;

namespace MlPipeline.EndToEnd.Tests;

public sealed class TuneTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TuneTests() => SampleSet.Write(_folder["pictures"], new SampleSetOptions { ImagesPerClass = 10, Size = 64 });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Best_trials_and_the_outer_estimate_are_told_and_the_model_predicts()
    {
        JsonElement result = Tune("a", "--trials", "5", "--folds", "2", "--nested", "--report", _folder["report"]).Good().Json;
        JsonElement[] trials = [.. result.GetProperty("trials").EnumerateArray()];
        Assert.Equal(5, trials.Length);
        Assert.Equal(Enumerable.Range(0, 5), trials.Select(t => t.GetProperty("number").GetInt32()));
        Assert.All(trials, t => Assert.Equal("complete", t.GetProperty("state").GetString()));
        Assert.All(trials, t => Assert.NotEmpty(t.GetProperty("parameters").EnumerateObject()));
        JsonElement best = result.GetProperty("best");
        Assert.Equal(trials.Max(t => t.GetProperty("value").GetDouble()), best.GetProperty("value").GetDouble());
        Assert.InRange(result.GetProperty("nested").GetProperty("microAccuracy").GetDouble(), 0, 1);

        string report = File.ReadAllText(result.GetProperty("report").GetString()!);
        Assert.Contains("<svg", report, StringComparison.Ordinal);
        Assert.DoesNotContain("http://", report.Replace("http://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https://", report, StringComparison.Ordinal);
        string picture = Directory.GetFiles(_folder["pictures", SampleSet.Classes[0]])[0];
        CommandRun.Of("predict", _folder["a.mlp"], picture, "--json").Good();
    }

    [Fact]
    public void A_killed_search_goes_on_with_the_trials_that_it_would_have_made()
    {
        string[] search = ["--trials", "8", "--folds", "2", "--sampler", "random"];
        JsonElement alone = Tune("alone", search).Good().Json;
        string study = _folder["killed.mlp.study.db"];
        using (Process killed = CommandRun.Start(Arguments("killed", search)))
        {
            while (!killed.HasExited && !File.Exists(study))
                Thread.Sleep(1);
            Thread.Sleep(60);
            killed.Kill(entireProcessTree: true);
            killed.WaitForExit();
        }

        JsonElement resumed = Tune("killed", search).Good().Json;
        Assert.Equal(Trials(alone), Trials(resumed));
        Assert.Equal(File.ReadAllBytes(_folder["alone.mlp"]), File.ReadAllBytes(_folder["killed.mlp"]));

        // With all trials made there is nothing left to do.
        Assert.Equal(Trials(alone), Trials(Tune("killed", search).Good().Json));
    }

    [Fact]
    public void A_study_alone_keeps_the_trials_from_which_a_model_is_made_later()
    {
        string study = _folder["alone.db"];
        string[] search = ["tune", _folder["pictures"], "--study", study, "--trials", "2", "--folds", "2", "--json", "--quiet"];
        JsonElement first = CommandRun.Of(search).Good().Json;
        Assert.False(first.TryGetProperty("model", out _));
        string model = _folder["later.mlp"];
        JsonElement later = CommandRun.Of([.. search, "--out", model]).Good().Json;
        Assert.Equal(Trials(first), Trials(later));
        Assert.True(File.Exists(model));

        CommandRun neither = CommandRun.Of("tune", _folder["pictures"]);
        Assert.Equal(2, neither.ExitCode);
        Assert.Contains("--study", neither.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<(int, string, double)> Trials(JsonElement result) => result.GetProperty("trials").EnumerateArray()
        .Select(t => (t.GetProperty("number").GetInt32(), t.GetProperty("parameters").GetRawText(), t.GetProperty("value").GetDouble()));

    private CommandRun Tune(string name, params string[] more) => CommandRun.Of(Arguments(name, more));

    private string[] Arguments(string name, string[] more) =>
        ["tune", _folder["pictures"], "--out", _folder[name + ".mlp"], "--json", "--quiet", .. more];
}
