using System.Buffers.Binary;
using System.Text.Json;

namespace MlPipeline.Pipeline;

/// <summary>Where one transformer reads the state that its Write wrote. What is missing or malformed is a
/// <see cref="ModelArchiveException"/>.</summary>
public sealed class ArchiveReader
{
    private const int MaxDepth = 64;

    private readonly ArchiveFile _file;
    private readonly string _prefix;
    private readonly int _depth;

    internal ArchiveReader(ArchiveFile file, string prefix, int depth = 0)
    {
        _file = file;
        _prefix = prefix;
        _depth = depth;
    }

    /// <summary>The context that ML.NET's transformers are loaded with.</summary>
    public MLContext Context => _file.Context;

    /// <summary>Reads a value written by <see cref="ArchiveWriter.WriteJson"/>.</summary>
    public T ReadJson<T>(string name)
    {
        var entry = $"{_prefix}{name}.json";
        try
        {
            return ArchiveJson.FromBytes<T>(_file.Read(entry));
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw _file.Error($"the entry '{entry}' is not what was expected: {e.Message}", e);
        }
    }

    /// <summary>Reads bytes written by <see cref="ArchiveWriter.WriteBytes"/>.</summary>
    public byte[] ReadBytes(string name) => _file.Read(_prefix + name);

    /// <summary>Reads floats written by <see cref="ArchiveWriter.WriteFloats"/>.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="count">How many there must be; -1 for any number.</param>
    public float[] ReadFloats(string name, int count = -1)
    {
        var bytes = ReadBytes(name + ".f32");
        if (bytes.Length % sizeof(float) != 0 || (count >= 0 && bytes.Length != (long)count * sizeof(float)))
            throw _file.Error($"the entry '{_prefix}{name}.f32' has {bytes.Length} bytes, expected {count} floats");

        var values = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));

        return values;
    }

    /// <summary>The backbone of a key given by <see cref="ArchiveWriter.WriteBackbone"/>; one instance for the whole
    /// file.</summary>
    public Backbone ReadBackbone(string key) => _file.Backbone(key);

    /// <summary>Reads a transformer written by <see cref="ArchiveWriter.WriteTransformer"/>.</summary>
    public ITransformer ReadTransformer(string name)
    {
        if (_depth == MaxDepth)
            throw _file.Error($"its transformers are nested more than {MaxDepth} deep");

        var inner = new ArchiveReader(_file, $"{_prefix}{name}/", _depth + 1);
        var state = inner.ReadJson<ArchiveWriter.KindState>("kind");
        switch (state.Kind)
        {
            case ArchiveWriter.ChainKind:
                if (state.Count < 0)
                    throw _file.Error($"its chain '{_prefix}{name}' says that it has {state.Count} transformers");

                // A list that grows as its parts are found: the count may claim anything.
                var links = new List<ITransformer>();
                for (var i = 0; i < state.Count; i++)
                    links.Add(inner.ReadTransformer(i.ToString()));

                return new TransformerChain<ITransformer>([.. links]);
            case ArchiveWriter.MlNetKind:
                using (var stream = new MemoryStream(inner.ReadBytes(ArchiveWriter.MlNetEntry), writable: false))
                {
                    var loaded = Context.Model.Load(stream, out _);

                    // ML.NET may give a single transformer back in a chain of one.
                    return loaded is IEnumerable<ITransformer> chain && chain.ToArray() is [var only] ? only : loaded;
                }

            default:
                var read = ArchiveRegistry.Find(state.Kind)
                    ?? throw _file.Error($"it holds a transformer of kind '{state.Kind}', which this program does not know; it may need a newer version");
                return read(inner);
        }
    }

    /// <summary>An error about this file, for a reader that finds its state wrong.</summary>
    /// <param name="problem">What is wrong.</param>
    public ModelArchiveException Error(string problem) => _file.Error(problem);
}
