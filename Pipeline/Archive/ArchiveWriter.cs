using System.Runtime.InteropServices;

namespace MlPipeline.Pipeline;

/// <summary>Where one transformer writes its state; names are its own and need not be unique in the file.</summary>
public sealed class ArchiveWriter
{
    internal const string KindEntry = "kind.json";
    internal const string ChainKind = "chain";
    internal const string MlNetKind = "mlnet";
    internal const string MlNetEntry = "model.zip";

    private readonly ArchiveBuilder _builder;
    private readonly string _prefix;

    internal ArchiveWriter(ArchiveBuilder builder, string prefix)
    {
        _builder = builder;
        _prefix = prefix;
    }

    /// <summary>Writes a value as JSON (camelCase, enumerations by name).</summary>
    public void WriteJson<T>(string name, T value) => _builder.Add($"{_prefix}{name}.json", ArchiveJson.ToBytes(value));

    /// <summary>Writes bytes.</summary>
    public void WriteBytes(string name, ReadOnlySpan<byte> bytes) => _builder.Add(_prefix + name, bytes);

    /// <summary>Writes floats, little-endian, with the same bits.</summary>
    public void WriteFloats(string name, ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            WriteBytes(name + ".f32", MemoryMarshal.AsBytes(values));
            return;
        }

        var bytes = new byte[values.Length * sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), values[i]);

        WriteBytes(name + ".f32", bytes);
    }

    /// <summary>Keeps a backbone, once for the whole file; gives the key that <see cref="ArchiveReader.ReadBackbone"/>
    /// takes.</summary>
    public string WriteBackbone(Backbone backbone)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        return _builder.AddBackbone(backbone);
    }

    /// <summary>Writes another transformer: one of ours, one of ML.NET's, or a chain of both.</summary>
    /// <exception cref="NotSupportedException">It can be saved neither by its kind nor by ML.NET.</exception>
    public void WriteTransformer(string name, ITransformer transformer)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        var inner = new ArchiveWriter(_builder, $"{_prefix}{name}/");
        switch (transformer)
        {
            case IArchivedTransformer archived:
                inner.WriteJson("kind", new KindState(archived.Kind, 0));
                archived.Write(inner);
                break;
            case IEnumerable<ITransformer> chain:
                var links = chain.ToArray();
                inner.WriteJson("kind", new KindState(ChainKind, links.Length));
                for (var i = 0; i < links.Length; i++)
                    inner.WriteTransformer(i.ToString(), links[i]);

                break;
            default:
                using (var stream = new MemoryStream())
                {
                    // The schema is left out: it may hold image columns, which ML.NET's format does not know.
                    _builder.Context.Model.Save(transformer, null, stream);
                    inner.WriteJson("kind", new KindState(MlNetKind, 0));
                    inner.WriteBytes(MlNetEntry, stream.ToArray());
                }

                break;
        }
    }

    internal sealed record KindState(string Kind, int Count);
}
