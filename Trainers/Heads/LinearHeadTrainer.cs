using MlPipeline.Pipeline.Features;
using MlPipeline.Trainers.Solvers;

namespace MlPipeline.Trainers.Heads;

/// <summary>Trains a linear head on a column of features.</summary>
/// <remarks>
/// Reads the rows once and keeps them in memory; rows without a label, or with features or weights that are not finite, are left
/// out (<see cref="LinearHeadTransformer"/> says nothing of them; <see cref="Skipped"/> counts those of the last fit). Nothing
/// else is carried from one fit to the next: the same data gives the same bits, whatever the number of threads.
/// </remarks>
public sealed class LinearHeadTrainer : IEstimator<LinearHeadTransformer>
{
    private const string Score = "Score";
    private const string PredictedLabel = "PredictedLabel";

    internal LinearHeadTrainer(LinearHeadOptions options) => Options = options;

    /// <summary>The options.</summary>
    public LinearHeadOptions Options { get; }

    /// <summary>The rows that the last fit left out.</summary>
    public long Skipped { get; private set; }

    /// <summary>Trains from zero.</summary>
    public LinearHeadTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains, starting from the weights of an earlier head of the same features.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="start">The earlier head; classes are matched by name, new ones start at zero. Null to start from
    /// zero.</param>
    public LinearHeadTransformer Fit(IDataView input, LinearHeadWeights? start)
    {
        ArgumentNullException.ThrowIfNull(input);
        var matrix = MatrixReader.Read(input, Options, out var skipped);
        Skipped = skipped;
        var trained = LinearHead.FitInPlace(matrix, Options, start is null ? null : Matched(start, matrix));
        var weights = new LinearHeadWeights([.. trained.Model.Weights], [.. trained.Model.Biases], matrix.ClassNames);
        return new LinearHeadTransformer(weights, Options.FeatureColumnName, Score, PredictedLabel, 1 / trained.ScoreFactor,
            trained.Abstention);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => HeadColumns.Promise(
        inputSchema, Options.LabelColumnName, Options.FeatureColumnName, Options.ExampleWeightColumnName, Score, PredictedLabel);

    private static LinearModel Matched(LinearHeadWeights start, FeatureMatrix matrix)
    {
        var features = matrix.FeatureCount;
        if (start.FeatureCount != features)
        {
            throw new ArgumentException(
                $"The earlier head takes {start.FeatureCount} features, but the data has {features}.", nameof(start));
        }

        float[] weights = new float[matrix.ClassCount * features], biases = new float[matrix.ClassCount];
        for (var c = 0; c < biases.Length; c++)
        {
            var earlier = start.ClassNames.ToList().IndexOf(matrix.ClassNames[c]);
            if (earlier < 0)
                continue;
            start.WeightsOf(earlier).CopyTo(weights.AsSpan(c * features));
            biases[c] = start.Biases[earlier];
        }

        return new LinearModel(weights, biases);
    }
}
