namespace MlPipeline.Pipeline.Backbones;

/// <summary>Where a backbone of the catalogue comes from.</summary>
public enum BackboneKind
{
    /// <summary>Inside this library.</summary>
    Embedded,

    /// <summary>Beside the program, from a package such as Microsoft.ML.DnnImageFeaturizer.ResNet18.</summary>
    Package,

    /// <summary>An ONNX file that was registered on this machine.</summary>
    Registered,

    /// <summary>A published file that is recognised by its SHA-256, but is not here; it can be pulled.</summary>
    Known,

    /// <summary>A published file that was pulled to this machine.</summary>
    Pulled,
}
