using MlPipeline.Engine.Onnx;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>An ONNX file on disk.</summary>
internal sealed class OnnxFile(string path) : IOnnxSource
{
    public string Name => path;

    public byte[] Read()
    {
        try
        {
            return OnnxModel.ReadWhole(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackboneException($"{path}: the ONNX file cannot be read: {e.Message}", e);
        }
    }
}
