using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace MlPipeline.Pipeline.Tests.Serving;

public sealed class PredictionEnginePoolTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Models_that_mlnet_saved_are_served_by_name()
    {
        var ml = new MLContext(1);
        var view = ml.Data.LoadFromEnumerable([new Input { X = 1 }]);
        foreach (var factor in new[] { 2, 3 })
        {
            var model = ml.Transforms.Expression("Answer", $"(x) => x * {factor}f", "X").Fit(view);
            ml.Model.Save(model, view.Schema, _folder[$"times{factor}.zip"]);
        }

        var services = new ServiceCollection();
        services.AddPredictionEnginePool<Input, Output>().FromFile(_folder["times2.zip"]);
        services.AddPredictionEnginePool<Input, Output>().FromFile("three", _folder["times3.zip"], watchForChanges: false);
        using var provider = services.BuildServiceProvider();
        var pool = provider.GetRequiredService<PredictionEnginePool<Input, Output>>();

        Assert.Equal(10, pool.Predict(new Input { X = 5 }).Answer);
        Assert.Equal(15, pool.Predict("three", new Input { X = 5 }).Answer);
        var scored = pool.GetModel("three").Transform(view);
        Assert.Equal([3f], scored.GetColumn<float>("Answer"));
        Assert.Contains("'three'", Assert.Throws<ArgumentException>(() => pool.Predict("four", new Input())).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => services.AddPredictionEnginePool<Input, Output>().FromFile("three", "x.zip"));
    }

    [Fact]
    public async Task Engines_that_are_out_keep_their_model()
    {
        using var provider = Provide(Write(1), out var pool);
        var before = CountedTransformer.Alive;
        var (first, second) = (pool.GetPredictionEngine(), pool.GetPredictionEngine());
        Write(2);
        var reload = await pool.ReloadAsync();
        Assert.Equal((ReloadOutcome.Replaced, reload.Version), (reload.Outcome, pool.GetStatus().Version));

        Assert.Equal(11, first.Predict(new Input { X = 10 }).Answer);
        Assert.Equal(12, pool.Predict(new Input { X = 10 }).Answer);
        pool.ReturnPredictionEngine(first);
        Assert.Throws<ArgumentException>(() => pool.ReturnPredictionEngine(first));
        Assert.Equal(11, second.Predict(new Input { X = 10 }).Answer);
        Assert.Equal(before + 1, CountedTransformer.Alive);
        pool.ReturnPredictionEngine("", second);
        Assert.Equal(before, CountedTransformer.Alive);

        // A model that was given out may be used by whoever has it.
        var given = pool.GetModel();
        Write(3);
        await pool.ReloadAsync();
        var ml = new MLContext();
        Assert.Equal([2f], given.Transform(ml.Data.LoadFromEnumerable([new Input()])).GetColumn<float>("Answer"));
        (given as IDisposable)?.Dispose();
    }

    [Fact]
    public async Task A_model_that_does_not_fit_the_classes_is_refused()
    {
        using var provider = Provide(Write(1), out var pool);
        var ml = new MLContext();
        var view = ml.Data.LoadFromEnumerable([new Output()]);
        ml.Model.Save(ml.Transforms.CopyColumns("Other", "Answer").Fit(view), view.Schema, _folder["model.zip"]);
        var refused = await pool.ReloadAsync();
        Assert.Equal(ReloadOutcome.Refused, refused.Outcome);
        Assert.StartsWith($"{_folder["model.zip"]}: the model failed its warm-up: ", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, pool.Predict(new Input()).Answer);
    }

    [Theory]
    [InlineData("rename")]
    [InlineData("overwrite")]
    [InlineData("switch")]
    public async Task Predictions_never_fail_while_the_file_is_replaced(string how)
    {
        const int Replacements = 100;
        var before = CountedTransformer.Alive;
        var files = Enumerable.Range(1, 5).Select(v => File.ReadAllBytes(Write(v))).ToArray();
        var path = how == "switch" ? _folder.Switch("switched.zip", 1, files[0]) : Write(1);
        var answers = new ConcurrentDictionary<float, int>();
        using (var provider = Provide(path, out var pool))
        {
            var isEnding = false;
            void Ask() => answers.AddOrUpdate(pool.Predict(new Input { X = 10 }).Answer, 1, (_, n) => n + 1);
            var readers = Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
            {
                while (!Volatile.Read(ref isEnding))
                    Ask();
            }, TaskCreationOptions.LongRunning)).ToArray();
            for (var i = 1; i <= Replacements; i++)
            {
                var content = files[i % files.Length];
                if (how == "rename")
                    _folder.Rename(path, content);
                else if (how == "overwrite")
                    await File.WriteAllBytesAsync(path, content);
                else
                    _folder.Switch("switched.zip", i + 1, content);
                if (i % 7 == 0)
                {
                    Assert.NotEqual(ReloadOutcome.Refused, (await pool.ReloadAsync()).Outcome);
                    Ask();
                }
            }

            await pool.ReloadAsync();
            Assert.Null(pool.GetStatus().LastError);
            Volatile.Write(ref isEnding, true);
            await Task.WhenAll(readers);
        }

        Assert.All(answers.Keys, a => Assert.Contains(a, new[] { 11f, 12, 13, 14, 15 }));
        Assert.Equal(5, answers.Count);
        Assert.Equal(before, CountedTransformer.Alive);
    }

    private static ServiceProvider Provide(string path, out PredictionEnginePool<Input, Output> pool)
    {
        var services = new ServiceCollection();
        services.AddPredictionEnginePool<Input, Output>()
            .From("", ModelSource.FromFile(path, settle: TimeSpan.FromMilliseconds(20)));
        var provider = services.BuildServiceProvider();
        pool = provider.GetRequiredService<PredictionEnginePool<Input, Output>>();
        return provider;
    }

    private string Write(int version)
    {
        var ml = new MLContext();
        var chain = new TransformerChain<ITransformer>(new CountedTransformer(version));
        ml.Model.Save(chain, ml.Data.LoadFromEnumerable([new Input()]).Schema, _folder["model.zip"]);
        return _folder["model.zip"];
    }

    private sealed class Input
    {
        public float X { get; set; }
    }

    private sealed class Output
    {
        public float Answer { get; set; }
    }
}
