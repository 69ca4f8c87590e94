using System.Buffers.Binary;

namespace MlPipeline.Pipeline.Models;

/// <summary>Where one transformer writes its state, in named streams of its own.</summary>
public sealed class ModelWriter
{
    internal const string BackboneEntry = "backbone";

    private readonly Action<string, byte[]> _write;

    internal ModelWriter(Action<string, byte[]> write) => _write = write;

    /// <summary>Writes a value as JSON (camelCase, enumerations by name).</summary>
    public void WriteJson<T>(string name, T value) => _write(name + ".json", ModelJson.ToBytes(value));

    /// <summary>Writes floats, little-endian, with the same bits.</summary>
    public void WriteFloats(string name, ReadOnlySpan<float> values)
    {
        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);
        _write(name + ".f32", bytes);
    }

    /// <summary>Writes a network and what must be known to use it.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="storage">Whether its ONNX file is put in whole, or named by its hash.</param>
    public void WriteBackbone(Backbone backbone, BackboneStorage storage = BackboneStorage.Embedded) =>
        WriteBackbone(backbone, storage, isApart: false);

    internal void WriteBackbone(Backbone backbone, BackboneStorage storage, bool isApart)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        WriteJson(BackboneEntry, backbone.Describe() with { Embedded = storage == BackboneStorage.Embedded });
        if (storage == BackboneStorage.Embedded && !isApart)
            _write(BackboneEntry + ".onnx", backbone.ReadOnnx());
    }
}
