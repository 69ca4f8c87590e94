using System.Text;

namespace MlPipeline.Core;

/// <summary>
/// Where one component of a model writes itself. A component first names the loader that will read it
/// (<c>SetSignature</c>, see <c>ModelLoaders</c>), then writes its fields, then its parts under names of their own.
/// </summary>
public sealed class ModelSaveContext : IDisposable
{
    private readonly IDictionary<string, byte[]> _entries;
    private readonly string _folder;
    private readonly MemoryStream _stream = new();
    private bool _signed;

    internal ModelSaveContext(Host host, IDictionary<string, byte[]> entries, string folder)
    {
        Host = host;
        _entries = entries;
        _folder = folder;
        Writer = new BinaryWriter(_stream, Encoding.UTF8);
    }

    internal Host Host { get; }

    /// <summary>Writes the component's fields, little-endian; valid after <see cref="SetSignature"/>.</summary>
    internal BinaryWriter Writer { get; }

    /// <summary>Names the loader and the version of the layout that follows.</summary>
    internal void SetSignature(string signature, int version)
    {
        if (_signed)
            throw new InvalidOperationException("A component is signed once.");
        _signed = true;
        Writer.Write(signature);
        Writer.Write(version);
    }

    /// <summary>Saves a part of the component under a name.</summary>
    /// <exception cref="NotSupportedException">The part wrote nothing: it cannot be saved in this way.</exception>
    internal void SaveModel(ICanSaveModel part, string name)
    {
        using var inner = new ModelSaveContext(Host, _entries, $"{_folder}/{name}");
        part.Save(inner);
        inner.Finish(part);
    }

    internal void Finish(ICanSaveModel component)
    {
        if (!_signed)
            throw new NotSupportedException(
                $"{component.GetType().Name} cannot be saved with Model.Save: it wrote nothing. Keep its state in an "
                    + "archive of your own.");
        Writer.Flush();
        _entries.Add($"{_folder}/model.bin", _stream.ToArray());
    }

    /// <inheritdoc/>
    public void Dispose() => Writer.Dispose();
}
