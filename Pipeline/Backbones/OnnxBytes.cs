namespace MlPipeline.Pipeline.Backbones;

/// <summary>An ONNX file in memory.</summary>
internal sealed class OnnxBytes(string name, byte[] bytes) : IOnnxSource
{
    public string Name => name;

    public byte[] Read() => bytes;
}
