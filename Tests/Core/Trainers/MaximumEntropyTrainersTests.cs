using System.Text.Json;
using MlPipeline.Tests.Support;

namespace MlPipeline.Core.Tests;

public class MaximumEntropyTrainersTests
{
    private static readonly string[] Names = ["daisy", "rose", "tulip"];

    [Theory]
    [InlineData("lbfgs")]
    [InlineData("sdca")]
    public void Delivers_the_schema_that_was_promised(string trainer)
    {
        RowsView data = RowsView.Blobs(60, 4, 3, names: Names);
        IEstimator<ITransformer> estimator = Create(new MLContext(1), trainer);
        SchemaShape promised = estimator.GetOutputSchema(SchemaShape.Create(data.Schema));
        DataViewSchema delivered = estimator.Fit(data).GetOutputSchema(data.Schema);
        foreach (SchemaShape.Column column in promised)
        {
            SchemaShape.Column actual = SchemaShape.Column.Create(delivered[column.Name]);
            Assert.True(
                column.IsCompatibleWith(actual),
                $"{column.Name}: {column.GetTypeString()} became {actual.GetTypeString()}");
        }

        Assert.Equal(Names, delivered["Score"].GetTextsOrNull(AnnotationUtils.Kinds.SlotNames)!);
        Assert.Equal(Names, delivered["Score"].GetTextsOrNull(AnnotationUtils.Kinds.TrainingLabelValues)!);
        Assert.Equal(Names, delivered["PredictedLabel"].GetTextsOrNull(AnnotationUtils.Kinds.KeyValues)!);
        Assert.Equal("MulticlassClassification", delivered["Score"].GetTextOrNull(AnnotationUtils.Kinds.ScoreColumnKind));
        Assert.Equal(new KeyDataViewType(typeof(uint), 3), delivered["PredictedLabel"].Type);
        Assert.Equal(5, delivered.Count);
    }

    [Theory]
    [InlineData("lbfgs")]
    [InlineData("sdca")]
    public void Learns_and_gives_probabilities(string trainer)
    {
        RowsView data = RowsView.Blobs(300, 8, 4);
        ITransformer model = Create(new MLContext(1), trainer).Fit(data);
        int right = 0, count = 0;
        foreach ((uint label, uint predicted, float[] scores) in Predictions(model, data))
        {
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.Equal(Array.IndexOf(scores, scores.Max()) + 1, (int)predicted);
            right += label == predicted ? 1 : 0;
            count++;
        }

        Assert.Equal(300, count);
        Assert.True(right > 280, $"{right} of 300 right");
    }

    [Theory]
    [InlineData("lbfgs")]
    [InlineData("sdca")]
    public void Two_fits_with_one_seed_give_the_same_bits(string trainer)
    {
        RowsView data = RowsView.Blobs(200, 8, 4);
        IEstimator<ITransformer> estimator = Create(new MLContext(1), trainer);
        float[][] first = [.. Predictions(estimator.Fit(data), data).Select(p => p.Scores)];
        estimator.Fit(RowsView.Blobs(100, 8, 4, seed: 9));
        float[][] again = [.. Predictions(estimator.Fit(data), data).Select(p => p.Scores)];
        Assert.Equal(first, again);
    }

    [Fact]
    public void Rows_without_label_or_with_features_that_are_no_numbers_are_skipped_and_counted()
    {
        float[][] features = [[1, 0], [0, 1], [float.NaN, 1], [1, float.PositiveInfinity], [5, 5], [1, 0.1f]];
        var log = new List<string>();
        var context = new MLContext(1);
        context.Log += (_, e) => log.Add(e.Message);
        LbfgsMaximumEntropyMulticlassTrainer trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            exampleWeightColumnName: "Weight", l1Regularization: 0);
        MaximumEntropyModelParameters skipping = trainer.Fit(
            new RowsView(features, [1, 2, 1, 1, 0, 2], 2, [1, 1, 1, 1, 1, float.NaN])).Model;
        MaximumEntropyModelParameters clean = trainer.Fit(new RowsView([[1, 0], [0, 1]], [1, 2], 2)).Model;
        Assert.Equal(Weights(clean), Weights(skipping));
        Assert.Contains(log, message => message.Contains("Skipped 4 instances", StringComparison.Ordinal));
        Assert.Throws<InvalidOperationException>(() => trainer.Fit(new RowsView([[1, 0]], [0], 2)));
    }

    [Fact]
    public void Columns_that_are_missing_or_of_another_type_are_refused_by_name()
    {
        var context = new MLContext(1);
        RowsView data = RowsView.Blobs(20, 3, 2);
        var floatLabel = new RowsView([[1f]], [1], 2, labelType: NumberDataViewType.Single);
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers = context.MulticlassClassification.Trainers;
        Assert.Contains("'Nope'", Message(() => trainers.LbfgsMaximumEntropy(labelColumnName: "Nope").Fit(data)));
        Assert.Contains("'None'", Message(() => trainers.SdcaMaximumEntropy(featureColumnName: "None").Fit(data)));
        Assert.Contains("'Weight'", Message(() => trainers.SdcaMaximumEntropy(featureColumnName: "Weight").Fit(data)));
        Assert.Contains("'Label'", Message(() => trainers.LbfgsMaximumEntropy().Fit(floatLabel)), StringComparison.Ordinal);
        ITransformer model = trainers.LbfgsMaximumEntropy().Fit(data);
        Assert.Contains("'Features'", Message(() => model.Transform(RowsView.Blobs(20, 4, 2))), StringComparison.Ordinal);
        static string Message(Func<object> action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    [Fact]
    public void Goes_on_from_a_model_and_shows_weights_and_biases()
    {
        RowsView data = RowsView.Blobs(200, 6, 3);
        int iterations = 0;
        var context = new MLContext(1);
        context.Log += (_, e) => iterations += e.RawMessage.StartsWith("Iteration", StringComparison.Ordinal) ? 1 : 0;
        LbfgsMaximumEntropyMulticlassTrainer trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy();
        MaximumEntropyModelParameters cold = trainer.Fit(data).Model;
        int needed = iterations;
        iterations = 0;
        MaximumEntropyModelParameters warm = trainer.Fit(data, cold).Model;
        Assert.True(iterations < needed / 2, $"{iterations} against {needed}");
        Assert.Equal(3, warm.GetBiases().Count());
        VBuffer<float>[]? weights = null;
        warm.GetWeights(ref weights!, out int classes);
        Assert.Equal(3, classes);
        Assert.All(weights, vector => Assert.Equal(6, vector.Length));
    }

    [Fact]
    public void Options_have_the_defaults_of_the_original_and_are_copied()
    {
        var lbfgs = new LbfgsMaximumEntropyMulticlassTrainer.Options();
        Assert.Equal(
            (1f, 1f, 1e-7f, 20, int.MaxValue),
            (lbfgs.L1Regularization, lbfgs.L2Regularization, lbfgs.OptimizationTolerance, lbfgs.HistorySize,
                lbfgs.MaximumNumberOfIterations));
        var sdca = new SdcaMaximumEntropyMulticlassTrainer.Options();
        Assert.Equal(
            (null, null, 0.1f, true),
            (sdca.L1Regularization, sdca.L2Regularization, sdca.ConvergenceTolerance, sdca.Shuffle));

        RowsView data = RowsView.Blobs(60, 4, 3);
        LbfgsMaximumEntropyMulticlassTrainer trainer =
            new MLContext(1).MulticlassClassification.Trainers.LbfgsMaximumEntropy(lbfgs);
        float[] before = Weights(trainer.Fit(data).Model);
        lbfgs.L2Regularization = 100;
        Assert.Equal(before, Weights(trainer.Fit(data).Model));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MLContext().MulticlassClassification.Trainers.LbfgsMaximumEntropy(historySize: 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Saved_and_loaded_it_gives_the_same_bits(bool named)
    {
        RowsView data = RowsView.Blobs(60, 4, 3, names: named ? Names : null);
        ITransformer model = Create(new MLContext(1), "lbfgs").Fit(data);
        var entries = new Dictionary<string, byte[]>();
        var host = new Host();
        using (var saving = new ModelSaveContext(host, entries, "Root"))
            saving.SaveModel(model, "Model");
        var loaded = (ITransformer)ModelLoaders.Load(new ModelLoadContext(host, entries, "Root/Model"));
        Assert.Equal(Predictions(model, data).Select(p => p.Scores), Predictions(loaded, data).Select(p => p.Scores));
        Assert.Equal(named ? Names : null, loaded.GetOutputSchema(data.Schema)["PredictedLabel"].GetTextsOrNull("KeyValues"));

        byte[] whole = entries["Root/Model/Model/model.bin"];
        entries["Root/Model/Model/model.bin"] = whole[..^3];
        Assert.Throws<InvalidDataException>(() => ModelLoaders.Load(new ModelLoadContext(host, entries, "Root/Model")));
    }

    [SharedTheory("data", "heads")]
    [InlineData("lbfgs-default", 0.01)]
    [InlineData("lbfgs-l1=0-l2=1", 0.01)]
    [InlineData("lbfgs-l1=0-l2=0.01", 0.01)]
    [InlineData("sdca-default", 0.05)]
    public void Does_as_well_as_the_original(string name, double tolerance)
    {
        using JsonDocument document =
            JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("mlnet-behaviour", "trainers-reference.json")));
        JsonElement reference = document.RootElement.GetProperty(name);
        MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers =
            new MLContext(1).MulticlassClassification.Trainers;
        IEstimator<ITransformer> trainer = name switch
        {
            "lbfgs-default" => trainers.LbfgsMaximumEntropy(),
            "lbfgs-l1=0-l2=1" => trainers.LbfgsMaximumEntropy(l1Regularization: 0),
            "lbfgs-l1=0-l2=0.01" => trainers.LbfgsMaximumEntropy(l1Regularization: 0, l2Regularization: 0.01f),
            _ => trainers.SdcaMaximumEntropy(),
        };
        ITransformer model = trainer.Fit(Heads("train"));
        foreach (string part in (string[])["train", "test"])
        {
            (double accuracy, double loss) = Measure(model, Heads(part));
            double wantedAccuracy = reference.GetProperty(part + "MicroAccuracy").GetDouble();
            double wantedLoss = reference.GetProperty(part + "LogLoss").GetDouble();
            Assert.True(accuracy >= wantedAccuracy * (1 - tolerance), $"{part} accuracy {accuracy}, wanted {wantedAccuracy}");
            Assert.True(loss <= wantedLoss * (1 + tolerance), $"{part} log-loss {loss}, wanted {wantedLoss}");
        }
    }

    private static RowsView Heads(string part)
    {
        float[] x = Npy.Read<float>(SharedData.PathOf("data", "heads", part + "_X.npy"));
        int[] y = Npy.Read<int>(SharedData.PathOf("data", "heads", part + "_y.npy"));
        return new RowsView([.. x.Chunk(512)], [.. y.Select(label => (uint)label + 1)], 10);
    }

    private static (double Accuracy, double LogLoss) Measure(ITransformer model, RowsView data)
    {
        double right = 0, loss = 0, count = 0;
        foreach ((uint label, uint predicted, float[] scores) in Predictions(model, data))
        {
            right += label == predicted ? 1 : 0;
            loss -= Math.Log(Math.Clamp(scores[label - 1], 1e-15, 1));
            count++;
        }

        return (right / count, loss / count);
    }

    private static IEstimator<ITransformer> Create(MLContext context, string trainer) => trainer == "lbfgs"
        ? context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()
        : context.MulticlassClassification.Trainers.SdcaMaximumEntropy();

    private static float[] Weights(MaximumEntropyModelParameters model)
    {
        VBuffer<float>[]? weights = null;
        model.GetWeights(ref weights!, out _);
        return [.. weights.SelectMany(vector => vector.DenseValues())];
    }

    private static IEnumerable<(uint Label, uint Predicted, float[] Scores)> Predictions(ITransformer model, IDataView data)
    {
        IDataView scored = model.Transform(data);
        using DataViewRowCursor cursor = scored.GetRowCursor(scored.Schema);
        ValueGetter<uint> getLabel = cursor.GetGetter<uint>(scored.Schema["Label"]);
        ValueGetter<uint> getPredicted = cursor.GetGetter<uint>(scored.Schema["PredictedLabel"]);
        ValueGetter<VBuffer<float>> getScore = cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            uint label = 0, predicted = 0;
            getLabel(ref label);
            getPredicted(ref predicted);
            getScore(ref scores);
            yield return (label, predicted, [.. scores.DenseValues()]);
        }
    }
}
