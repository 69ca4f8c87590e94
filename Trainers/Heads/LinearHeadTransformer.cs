using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;
using MlPipeline.Trainers.Evaluation;
using MlPipeline.Trainers.Heads;
using MlPipeline.Trainers.Solvers;

[assembly: SavedTransformer<LinearHeadTransformer>(LinearHeadTransformer.SavedKind)]

namespace MlPipeline.Trainers.Heads;

/// <summary>
/// A trained linear head. Adds PredictedLabel, a key with the class names as key values, and Score, the softmax of
/// weights x features + biases, with the class names as slot names. Linear in the features as they come, so class activation maps
/// are exact.
/// </summary>
public sealed class LinearHeadTransformer : RowTransformer, ISavedTransformer<LinearHeadTransformer>, ICalibratedHead, ILinearHead
{
    internal const string SavedKind = "heads.linear";

    private readonly LinearHeadWeights _weights;
    private readonly LinearModel _model;

    internal LinearHeadTransformer(LinearHeadWeights weights, string featureColumnName, string scoreColumnName,
        string predictedLabelColumnName, double temperature = 1, AbstentionThreshold? abstention = null)
    {
        Temperature = temperature;
        Abstention = abstention;
        _weights = weights;
        _model = new LinearModel(weights.Weights, weights.Biases);
        FeatureColumnName = featureColumnName;
        ScoreColumnName = scoreColumnName;
        PredictedLabelColumnName = predictedLabelColumnName;
    }

    /// <inheritdoc/>
    public override string Kind => SavedKind;

    /// <summary>The column that is scored.</summary>
    public string FeatureColumnName { get; }

    /// <summary>The column of probabilities.</summary>
    public string ScoreColumnName { get; }

    /// <summary>The column of the most probable class.</summary>
    public string PredictedLabelColumnName { get; }

    /// <inheritdoc/>
    public double Temperature { get; }

    /// <summary>When not to answer, as chosen on held-out training rows; null when all rows are answered. Scores and predicted
    /// labels are given all the same: whoever acts on them compares.</summary>
    public AbstentionThreshold? Abstention { get; }

    /// <inheritdoc/>
    public double? AnswerThreshold => Abstention?.Threshold;

    /// <summary>The weights with regard to the raw features: any standardisation before the head is folded in.</summary>
    public LinearHeadWeights GetLinearHead() => _weights;

    /// <inheritdoc/>
    public override void Write(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state",
            new State(FeatureColumnName, ScoreColumnName, PredictedLabelColumnName, [.. _weights.ClassNames],
            _weights.FeatureCount, Temperature, Abstention));
        writer.WriteFloats("weights", _weights.Weights);
        writer.WriteFloats("biases", _weights.Biases);
    }

    static LinearHeadTransformer ISavedTransformer<LinearHeadTransformer>.Read(ModelReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var state = reader.ReadJson<State>("state");
        if (state.ClassNames is not { Length: > 0 } names || state.Features < 1
            || (long)names.Length * state.Features > Array.MaxLength)
        {
            throw reader.Error("its linear head has no classes or no features");
        }

        if (string.IsNullOrEmpty(state.FeatureColumn) || string.IsNullOrEmpty(state.ScoreColumn)
            || string.IsNullOrEmpty(state.PredictedLabelColumn))
        {
            throw reader.Error("its linear head does not name its columns");
        }

        if (state.Temperature is not null and not (> 0 and < double.PositiveInfinity)
            || state.Abstention is { Threshold: not (>= 0 and < 2) })
        {
            throw reader.Error("its linear head has a temperature or a threshold out of range");
        }

        var weights = reader.ReadFloats("weights", names.Length * state.Features);
        var biases = reader.ReadFloats("biases", names.Length);
        return new LinearHeadTransformer(new LinearHeadWeights(weights, biases, names), state.FeatureColumn, state.ScoreColumn,
            state.PredictedLabelColumn, state.Temperature ?? 1, state.Abstention);
    }

    /// <inheritdoc/>
    protected override RowMapping Bind(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var features = HeadColumns.Features(inputSchema, FeatureColumnName, _weights.FeatureCount);
        return new LinearHeadMapping(inputSchema, _model, features,
            HeadAnnotations.Columns(inputSchema, PredictedLabelColumnName, ScoreColumnName, _weights));
    }

    // Heads saved before there was calibration have neither of the last two.
    internal sealed record State(string FeatureColumn, string ScoreColumn, string PredictedLabelColumn, string[] ClassNames,
        int Features,
        double? Temperature = null, AbstentionThreshold? Abstention = null);
}
