namespace MlPipeline.Pipeline.Export;

/// <summary>What pictures an exported graph is given.</summary>
internal enum PixelSource
{
    /// <summary>Of the network's input size.</summary>
    Prepared,

    /// <summary>As ML.NET's ResizeImages gives them: the middle square, before the rim is cut away; or the whole, stretched to
    /// some times the size without smoothing.</summary>
    MlNet,

    /// <summary>Of any size.</summary>
    AnySize,
}
