namespace MlPipeline.Pipeline.Transformers;

/// <summary>What a run of the network is asked for.</summary>
[Flags]
internal enum BackboneOutput
{
    None = 0,
    Features = 1,
    FeatureMap = 2,
    Logits = 4,

    /// <summary>The results of fully connected layers behind the feature map, which gradients by it need.</summary>
    Products = 8,
}
