using System.Buffers.Binary;
using System.Text.Json;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>Where one transformer reads the state that its <see cref="RowTransformer.Write"/> wrote. What is missing or malformed
/// is an <see cref="InvalidDataException"/>.</summary>
public sealed class ModelReader
{
    private readonly string _kind;
    private readonly Func<string, byte[]?> _read;

    internal ModelReader(string kind, Func<string, byte[]?> read) => (_kind, _read) = (kind, read);

    /// <summary>Reads a value written by <see cref="ModelWriter.WriteJson"/>.</summary>
    public T ReadJson<T>(string name)
    {
        try
        {
            return ModelJson.FromBytes<T>(ReadBytes(name + ".json"));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Error($"its '{name}' is not what was expected: {e.Message}");
        }
    }

    /// <summary>Reads floats written by <see cref="ModelWriter.WriteFloats"/>.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="count">How many there must be; -1 for any number.</param>
    public float[] ReadFloats(string name, int count = -1)
    {
        var bytes = ReadBytes(name + ".f32");
        if (bytes.Length % sizeof(float) != 0 || (count >= 0 && bytes.Length != (long)count * sizeof(float)))
            throw Error($"its '{name}' has {bytes.Length} bytes, expected {count} floats");
        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return values;
    }

    /// <summary>Reads a network written by <see cref="ModelWriter.WriteBackbone(Backbone, BackboneStorage)"/>.</summary>
    public Backbone ReadBackbone()
    {
        var description = ReadJson<CardBackbone>(ModelWriter.BackboneEntry);
        if (!description.Embedded)
        {
            return BackboneCatalog.ResolveByHash(description) ?? throw Error(
                $"it needs the backbone '{description.Name}' (SHA-256 {description.Sha256}), which is not registered here; " +
                "register its ONNX file with 'backbones add'");
        }

        var onnx = ReadBytes(ModelWriter.BackboneEntry + ".onnx");
        var backbone = Backbone.FromDescription(description, onnx, new OnnxBytes(description.Name, onnx));
        return backbone.Sha256 == description.Sha256
            ? backbone
            : throw Error($"its network has the SHA-256 {backbone.Sha256}, not {description.Sha256}: the file was altered");
    }

    /// <summary>An error about this transformer, for a reader that finds its state wrong.</summary>
    /// <param name="problem">What is wrong.</param>
    public InvalidDataException Error(string problem) => new($"A transformer of the kind '{_kind}' cannot be read: {problem}.");

    private byte[] ReadBytes(string name) => _read(name) ?? throw Error($"its '{name}' is missing");
}
