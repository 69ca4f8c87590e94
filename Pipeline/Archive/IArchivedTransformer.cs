namespace MlPipeline.Pipeline;

/// <summary>A transformer that <see cref="ModelArchive"/> keeps. Its kind is registered once with
/// <see cref="ArchiveRegistry"/>.</summary>
public interface IArchivedTransformer
{
    /// <summary>What tells the reader who reads it, such as <c>images.resize</c>; never changed once files with it
    /// exist.</summary>
    string Kind { get; }

    /// <summary>Writes the state that the registered reader of this kind makes an equal transformer from.</summary>
    void Write(ArchiveWriter writer);
}
