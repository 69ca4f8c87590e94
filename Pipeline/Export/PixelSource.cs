namespace MlPipeline.Pipeline.Export;

/// <summary>What pictures an exported graph is given.</summary>
internal enum PixelSource
{
    /// <summary>Of the network's input size.</summary>
    Prepared,

    /// <summary>The middle square (or the whole, stretched), before the rim is cut away: what ML.NET's ResizeImages
    /// gives.</summary>
    Square,

    /// <summary>Of any size.</summary>
    AnySize,
}
