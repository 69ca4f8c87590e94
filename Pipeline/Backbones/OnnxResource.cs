using MlPipeline.Data;

namespace MlPipeline.Pipeline;

/// <summary>An ONNX file that is shipped inside the data assembly.</summary>
internal sealed class OnnxResource(string name) : IOnnxSource
{
    public string Name => name;

    public byte[] Read() => EmbeddedBackbones.Read(name);
}
