namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>A trained head that is linear in the pooled features of a backbone, so that its class activation maps are
/// exact.</summary>
public interface ILinearHead
{
    /// <summary>The weights with regard to the raw pooled features: any standardisation before the head is folded in.</summary>
    LinearHeadWeights GetLinearHead();
}
