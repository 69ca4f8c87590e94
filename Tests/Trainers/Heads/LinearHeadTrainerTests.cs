using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Tests;

public class LinearHeadTrainerTests
{
    private readonly MLContext _context = new(1);

    [Theory]
    [InlineData(HeadSolver.Lbfgs)]
    [InlineData(HeadSolver.Sgd)]
    [InlineData(HeadSolver.Svm)]
    public void Every_solver_learns_and_gives_probabilities(HeadSolver solver)
    {
        IDataView train = HeadRows.Load(_context, HeadRows.Blobs(120, 4)),
            test = HeadRows.Load(_context, HeadRows.Blobs(200, 4, seed: 2));
        var head = Trainer(new LinearHeadOptions { Solver = solver }).Fit(train);
        Assert.True(HeadRows.Accuracy(head, test) > 0.93);
        foreach ((_, var predicted, var scores) in HeadRows.Predictions(head, test))
        {
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.Equal(Array.IndexOf(scores, scores.Max()), predicted);
        }
    }

    [Theory]
    [InlineData(HeadSolver.Lbfgs)]
    [InlineData(HeadSolver.Sgd)]
    [InlineData(HeadSolver.Svm)]
    public void Fits_leave_no_trace_and_threads_do_not_count(HeadSolver solver)
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(90, 3));
        var trainer = Trainer(new LinearHeadOptions { Solver = solver, Threads = 1 });
        var first = trainer.Fit(data).GetLinearHead();
        trainer.Fit(HeadRows.Load(_context, HeadRows.Blobs(50, 3, seed: 8)));
        var again = trainer.Fit(data).GetLinearHead();
        var threaded = Trainer(new LinearHeadOptions { Solver = solver, Threads = 3 }).Fit(data).GetLinearHead();
        Assert.Equal(first.Weights, again.Weights);
        Assert.Equal(first.Biases, again.Biases);
        Assert.Equal(first.Weights, threaded.Weights);
    }

    [Fact]
    public void Scores_are_the_softmax_of_the_linear_head_on_raw_features()
    {
        var rows = HeadRows.Blobs(60, 3);
        var data = HeadRows.Load(_context, rows);
        var transformer = Trainer(new LinearHeadOptions()).Fit(data);
        var head = transformer.GetLinearHead();
        Assert.Equal(["c0", "c1", "c2"], head.ClassNames);
        var scored = HeadRows.Predictions(transformer, data);
        for (var i = 0; i < rows.Length; i++)
        {
            double[] logits = [.. Enumerable.Range(0, 3).Select(c => head.Biases[c]
                + head.WeightsOf(c).ToArray().Zip(rows[i].Features, (w, f) => (double)w * f).Sum())];
            var sum = logits.Sum(Math.Exp);
            Assert.All(logits.Zip(scored[i].Scores), pair => Assert.Equal(Math.Exp(pair.First) / sum, pair.Second, 1e-4));
        }
    }

    [Fact]
    public void Delivers_the_schema_that_was_promised()
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(60, 3));
        var trainer = Trainer(new LinearHeadOptions());
        var promised = trainer.GetOutputSchema(ShapeOf(data));
        var delivered = trainer.Fit(data).GetOutputSchema(data.Schema);
        foreach (var name in (string[])["Score", "PredictedLabel"])
        {
            var column = promised.Single(c => c.Name == name);
            var item = delivered[name].Type is VectorDataViewType vector ? vector.ItemType : delivered[name].Type;
            Assert.Equal(column.IsKey, item is KeyDataViewType);
            Assert.Equal(column.ItemType.RawType, item.RawType);
            foreach (var annotation in column.Annotations)
                Assert.NotNull(delivered[name].Annotations.Schema.GetColumnOrNull(annotation.Name));
        }

        Assert.Equal(["c0", "c1", "c2"], HeadRows.Texts(delivered["Score"], "SlotNames"));
        Assert.Equal(["c0", "c1", "c2"], HeadRows.Texts(delivered["PredictedLabel"], "KeyValues"));
    }

    [Fact]
    public void Scores_carry_the_weights_of_their_head_in_promise_and_delivery()
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(60, 3));
        var chain = _context.Transforms.CopyColumns("Copy", "Features")
            .Append(Trainer(new LinearHeadOptions { FeatureColumnName = "Copy" }))
            .Append(_context.Transforms.CopyColumns("Kept", "Score"));
        Assert.Contains(chain.GetOutputSchema(ShapeOf(data)).Single(c => c.Name == "Score").Annotations, a =>
            a.Name == "LinearHeadWeights");
        var fitted = chain.Fit(data);
        var head = fitted.Skip(1).OfType<LinearHeadTransformer>().Single().GetLinearHead();
        var schema = fitted.GetOutputSchema(data.Schema);
        var carried = LinearHeadWeights.FromScoreColumn(schema["Score"])!;
        Assert.Equal(head.Weights, carried.Weights);
        Assert.Equal(head.Biases, carried.Biases);
        Assert.Equal(["c0", "c1", "c2"], carried.ClassNames);
        Assert.Equal(head.Weights, LinearHeadWeights.FromScoreColumn(schema["Kept"])!.Weights);
        Assert.Null(LinearHeadWeights.FromScoreColumn(schema["Features"]));
        Assert.Null(LinearHeadWeights.FromScoreColumn(schema["PredictedLabel"]));
    }

    [Fact]
    public void A_fitted_head_needs_its_features_alone()
    {
        var rows = HeadRows.Blobs(60, 3);
        var data = _context.Transforms.CopyColumns("Category", "Label").Append(_context.Transforms.DropColumns("Label"))
            .Fit(HeadRows.Load(_context, rows)).Transform(HeadRows.Load(_context, rows));
        var head = Trainer(new LinearHeadOptions { LabelColumnName = "Category" }).Fit(data);
        using var engine = _context.Model.CreatePredictionEngine<FeaturesOnly, Answer>(head);
        var expected = Trainer(new LinearHeadOptions()).Fit(HeadRows.Load(_context, rows));
        var scores = HeadRows.Predictions(expected, HeadRows.Load(_context, rows));
        for (var i = 0; i < rows.Length; i++)
            Assert.Equal(scores[i].Scores, engine.Predict(new FeaturesOnly { Features = rows[i].Features }).Score);
    }

    [Fact]
    public void Missing_and_mistyped_columns_are_refused_by_name()
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(20, 2));
        Assert.Contains("'Nope'", Message(new LinearHeadOptions { LabelColumnName = "Nope" }), StringComparison.Ordinal);
        Assert.Contains("'Name'", Message(new LinearHeadOptions { LabelColumnName = "Name" }), StringComparison.Ordinal);
        Assert.Contains("'Weight'", Message(new LinearHeadOptions { FeatureColumnName = "Weight" }), StringComparison.Ordinal);
        Assert.Contains("'Label'", Message(new LinearHeadOptions { ExampleWeightColumnName = "Label" }),
            StringComparison.Ordinal);
        string Message(LinearHeadOptions options)
        {
            Assert.ThrowsAny<ArgumentException>(() => Trainer(options).GetOutputSchema(ShapeOf(data)));
            return Assert.ThrowsAny<ArgumentException>(() => Trainer(options).Fit(data)).Message;
        }
    }

    [Fact]
    public void Options_out_of_range_are_named_when_made()
    {
        Assert.Equal("L2Regularization",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LinearHeadOptions { L2Regularization = -1 }).ParamName);
        Assert.Equal("BatchSize",
            Assert.Throws<ArgumentOutOfRangeException>(() => new LinearHeadOptions { BatchSize = 0 }).ParamName);
        Assert.Equal("LabelColumnName",
            Assert.Throws<ArgumentException>(() => new LinearHeadOptions { LabelColumnName = "" }).ParamName);
    }

    [Fact]
    public void Rows_that_cannot_be_used_are_skipped_and_counted()
    {
        var rows = HeadRows.Blobs(40, 2);
        var clean = Trainer(new LinearHeadOptions { L2Regularization = 1 }).Fit(HeadRows.Load(_context, rows)).GetLinearHead();
        var bad = HeadRows.Blobs(2, 2)[1];
        bad.Features[3] = float.NaN;
        var trainer = Trainer(new LinearHeadOptions { L2Regularization = 1 });
        Assert.Equal(clean.Weights, trainer.Fit(HeadRows.Load(_context, [bad, .. rows])).GetLinearHead().Weights);
        Assert.Equal(1, trainer.Skipped);
        Assert.Throws<InvalidOperationException>(() => trainer.Fit(HeadRows.Load(_context, [bad])));
    }

    [Fact]
    public void Class_weights_shift_the_balance()
    {
        HeadRows.Row[] rows = [.. HeadRows.Blobs(200, 2, spread: 6).Where((row, i) => row.Name == "c0" || i % 10 == 1)];
        var data = HeadRows.Load(_context, rows);
        int Found(LinearHeadOptions options) => HeadRows.Predictions(Trainer(options).Fit(data), data)
            .Count(row => row.Predicted == 1);
        var plain = Found(new LinearHeadOptions { L2Regularization = 10 });
        Assert.True(Found(new LinearHeadOptions { L2Regularization = 10, BalanceClasses = true }) > plain);
        var heavy = new Dictionary<string, float> { ["c1"] = 20 };
        Assert.True(Found(new LinearHeadOptions { L2Regularization = 10, ClassWeights = heavy }) > plain);
        var unknown = new Dictionary<string, float> { ["c9"] = 2 };
        Assert.Contains("'c9'", Assert.Throws<ArgumentException>(() =>
            Found(new LinearHeadOptions { ClassWeights = unknown })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Goes_on_from_an_earlier_head_and_matches_classes_by_name()
    {
        var rows = HeadRows.Blobs(120, 4);
        var iterations = 0;
        var trainer = Trainer(new LinearHeadOptions { L2Regularization = 1, Progress = _ => iterations++ });
        var cold = trainer.Fit(HeadRows.Load(_context, rows)).GetLinearHead();
        var needed = iterations;
        iterations = 0;
        trainer.Fit(HeadRows.Load(_context, rows), cold);
        Assert.InRange(iterations, 0, needed / 2);

        // Without c0 the keys shift, the names do not.
        var fewer = trainer.Fit(HeadRows.Load(_context, rows.Where(row => row.Name != "c0")), cold);
        Assert.Equal(["c1", "c2", "c3"], fewer.GetLinearHead().ClassNames);
    }

    [Fact]
    public void Cancellation_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Trainer(new LinearHeadOptions { Cancellation = source.Token }).Fit(HeadRows.Load(_context, HeadRows.Blobs(40, 2))));
    }

    [Fact]
    public void A_single_row_of_each_class_is_enough()
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(3, 3));
        Assert.Equal(1, HeadRows.Accuracy(Trainer(new LinearHeadOptions()).Fit(data), data));
        Assert.Equal(1, HeadRows.Accuracy(Trainer(new LinearHeadOptions { Solver = HeadSolver.Svm }).Fit(data), data));
    }

    [Fact]
    public void Survives_the_archive_with_the_same_bits_and_a_damaged_one_is_refused()
    {
        var data = HeadRows.Load(_context, HeadRows.Blobs(60, 3));
        var head = Trainer(new LinearHeadOptions()).Fit(data);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            ModelFile.Save(path,
                new TrainedModel { Transformer = head, Card = new ModelCard { ClassNames = head.GetLinearHead().ClassNames } });
            var loaded = ModelFile.Load(path).Transformer;
            Assert.Equal(
                HeadRows.Predictions(head, data).Select(row => row.Scores), HeadRows.Predictions(loaded, data)
                    .Select(row => row.Scores));
            var bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, bytes[..^10]);
            Assert.Throws<ModelFileException>(() => ModelFile.Load(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Saving_removes_what_a_killed_save_left_and_nothing_else()
    {
        var head = Trainer(new LinearHeadOptions()).Fit(HeadRows.Load(_context, HeadRows.Blobs(20, 2)));
        var folder = Directory.CreateTempSubdirectory("heads-").FullName;
        try
        {
            string path = Path.Combine(folder, "m.mlp"), stale = $"{path}.{Guid.NewGuid():N}.tmp",
                fresh = $"{path}.{Guid.NewGuid():N}.tmp";
            string other = Path.Combine(folder, $"n.mlp.{Guid.NewGuid():N}.tmp"), foreign = $"{path}.mine.tmp";
            foreach (var file in (string[])[stale, fresh, other, foreign])
                File.WriteAllText(file, "half");

            foreach (var file in (string[])[stale, other, foreign])
                File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddHours(-1));

            ModelFile.Save(path, new TrainedModel { Transformer = head });
            Assert.Equal(new[] { path, fresh, other, foreign }.Order(StringComparer.Ordinal), Directory.GetFiles(folder)
                .Order(StringComparer.Ordinal));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private LinearHeadTrainer Trainer(LinearHeadOptions options) =>
        _context.MulticlassClassification.Trainers.LinearHead(options);

    private SchemaShape ShapeOf(IDataView data)
    {
        var probe = new ShapeProbe(_context);
        new EstimatorChain<ITransformer>().Append(probe).Fit(data);
        return probe.Shape!;
    }

    private sealed class FeaturesOnly
    {
        [VectorType(HeadRows.FeatureCount)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Answer
    {
        public float[] Score { get; set; } = [];
    }
}
