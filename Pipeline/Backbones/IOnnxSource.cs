namespace MlPipeline.Pipeline.Backbones;

/// <summary>Where a backbone's ONNX file can be read again.</summary>
internal interface IOnnxSource
{
    string Name { get; }

    byte[] Read();
}
