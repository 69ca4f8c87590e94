namespace MlPipeline;

/// <summary>What a model says of a batch of pictures, and how long it took.</summary>
/// <param name="Predictions">A prediction for each picture, in order.</param>
/// <param name="Features">The network's features of each picture; empty when the head reads none.</param>
/// <param name="NetworkTime">The time of the network.</param>
/// <param name="HeadTime">The time of all that comes behind it.</param>
public sealed record PredictedBatch(IReadOnlyList<ImagePrediction> Predictions, IReadOnlyList<ReadOnlyMemory<float>> Features,
    TimeSpan NetworkTime, TimeSpan HeadTime);
