namespace MlPipeline;

/// <summary>How a model file keeps the network it needs.</summary>
public enum BackboneStorage
{
    /// <summary>The whole ONNX file is inside: the model stands alone.</summary>
    Embedded,

    /// <summary>Only its name and SHA-256: a small file, for machines that have the network registered
    /// (<see cref="BackboneCatalog"/>).</summary>
    ByHash,
}
