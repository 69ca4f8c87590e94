namespace MlPipeline.Trainers.Search;

/// <summary>How well a linear head does on a set of features, on held-out pictures.</summary>
/// <param name="Features">The set, as <see cref="Pipeline.Backbone.WithFeatures"/> takes it.</param>
/// <param name="Dimension">How many features it has.</param>
/// <param name="Accuracy">The mean over the folds of the share of right pictures.</param>
/// <param name="Deviation">The standard deviation of that share between the folds.</param>
/// <param name="LogLoss">The mean over the pictures of -ln(probability of the true class).</param>
/// <param name="L2Regularization">The L2 regularisation that did best.</param>
public sealed record FeatureCandidate(string Features, int Dimension, double Accuracy, double Deviation, double LogLoss,
    double L2Regularization);
