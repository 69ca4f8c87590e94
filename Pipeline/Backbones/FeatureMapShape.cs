namespace MlPipeline.Pipeline.Backbones;

/// <summary>The shape of one picture's feature map.</summary>
/// <param name="Channels">K.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct FeatureMapShape(int Channels, int Height, int Width)
{
    /// <summary>How many numbers there are.</summary>
    public int Length => Channels * Height * Width;
}
