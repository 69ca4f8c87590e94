using System.IO.Compression;

namespace MlPipeline.Pipeline;

/// <summary>An ONNX file inside a model file, read again when the backbone is saved into another model.</summary>
internal sealed class ArchivedOnnx(string path, string entry) : IOnnxSource
{
    public string Name => $"{path}!{entry}";

    public byte[] Read()
    {
        using var zip = ZipFile.OpenRead(path);
        var found = zip.GetEntry(entry) ?? throw new BackboneException($"{Name}: the model file was replaced since it was loaded");
        using var stream = found.Open();
        var content = new byte[found.Length];
        stream.ReadExactly(content);
        return content;
    }
}
