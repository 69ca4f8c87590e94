namespace MlPipeline.Data.FeatureCache;

/// <summary>A row of a feature cache file whose checksum is wrong. It is never used.</summary>
/// <param name="Row">Its number in the file, from 0.</param>
/// <param name="Picture">The content hash of its picture, as far as that is not itself damaged.</param>
/// <param name="IsReplaced">Whether the picture's features are in a later row, so that nothing is missing.</param>
public sealed record DamagedFeatures(long Row, string Picture, bool IsReplaced);
