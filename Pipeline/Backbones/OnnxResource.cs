namespace MlPipeline.Pipeline.Backbones;

/// <summary>An ONNX file that is shipped inside this assembly.</summary>
internal sealed class OnnxResource(string name) : IOnnxSource
{
    public string Name => name;

    public byte[] Read() => EmbeddedBackbones.Read(name);
}
