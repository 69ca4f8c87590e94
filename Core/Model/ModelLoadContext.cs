using System.Text;

namespace MlPipeline.Core;

/// <summary>Where one component of a saved model is read from; the mirror of <see cref="ModelSaveContext"/>.</summary>
internal sealed class ModelLoadContext
{
    // Chains in chains in chains: deeper than anybody composes, and far from the end of the stack.
    private const int MaxDepth = 256;

    private readonly IReadOnlyDictionary<string, byte[]> _entries;
    private readonly string _folder;
    private readonly MemoryStream _stream;

    public ModelLoadContext(Host host, IReadOnlyDictionary<string, byte[]> entries, string folder)
    {
        Host = host;
        _entries = entries;
        _folder = folder;
        if (folder.AsSpan().Count('/') > MaxDepth)
            throw new InvalidDataException($"The model's parts are nested more than {MaxDepth} deep.");
        if (!entries.TryGetValue($"{folder}/model.bin", out byte[]? bytes))
            throw new InvalidDataException($"The model has no part '{folder}'.");
        _stream = new MemoryStream(bytes, writable: false);
        Reader = new BinaryReader(_stream, Encoding.UTF8);
        Signature = Reader.ReadString();
        Version = Reader.ReadInt32();
    }

    public Host Host { get; }

    public string Signature { get; }

    /// <summary>The version of the layout, as given to <see cref="ModelSaveContext.SetSignature"/>.</summary>
    public int Version { get; }

    public BinaryReader Reader { get; }

    /// <summary>The bytes not read yet: no array in them can be longer.</summary>
    public long Remaining => _stream.Length - _stream.Position;

    /// <summary>Loads a part that was saved under a name.</summary>
    public T LoadModel<T>(string name)
        where T : class
    {
        object part = ModelLoaders.Load(new ModelLoadContext(Host, _entries, $"{_folder}/{name}"));
        return part as T ?? throw Corrupt($"its part '{name}' is a {part.GetType().Name}, not a {typeof(T).Name}");
    }

    /// <summary>Throws when a field that was read cannot be right.</summary>
    public void Check(bool condition, string what)
    {
        if (!condition)
            throw Corrupt(what);
    }

    public InvalidDataException Corrupt(string what) => new($"The model's part '{_folder}' ({Signature}) is damaged: {what}.");
}
