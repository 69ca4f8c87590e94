using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace MlPipeline.Pipeline;

/// <summary>Who reads which kind of transformer from a model file. A new kind is one line here, or one call from its own
/// assembly.</summary>
public static class ArchiveRegistry
{
    // Assemblies that register further kinds in a module initialiser; loaded when a file has a kind that is not known yet.
    private static readonly string[] s_companions = ["MlPipeline.Trainers"];

    private static readonly ConcurrentDictionary<string, Func<ArchiveReader, ITransformer>> s_readers = new(StringComparer.Ordinal)
    {
        [ImageLoadingTransformer.ArchiveKind] = ImageLoadingTransformer.Read,
        [ImageOperationTransformer.ArchiveKind] = ImageOperationTransformer.Read,
        [ImagePixelExtractingTransformer.ArchiveKind] = ImagePixelExtractingTransformer.Read,
        [VectorToImageConvertingTransformer.ArchiveKind] = VectorToImageConvertingTransformer.Read,
        [BackboneTransformer.ArchiveKind] = BackboneTransformer.Read,
        [HeatmapTransformer.ArchiveKind] = HeatmapTransformer.Read,
    };

    /// <summary>Registers the reader of a kind; the same kind may be registered again, the last one counts.</summary>
    /// <param name="kind">The <see cref="IArchivedTransformer.Kind"/>.</param>
    /// <param name="read">Makes the transformer from what its Write wrote.</param>
    public static void Register(string kind, Func<ArchiveReader, ITransformer> read)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentNullException.ThrowIfNull(read);
        s_readers[kind] = read;
    }

    internal static Func<ArchiveReader, ITransformer>? Find(string kind)
    {
        if (s_readers.TryGetValue(kind, out var read))
            return read;

        foreach (var name in s_companions)
        {
            try
            {
                RuntimeHelpers.RunModuleConstructor(Assembly.Load(name).ManifestModule.ModuleHandle);
            }
            catch (FileNotFoundException)
            {
                // An application without the trainers can still read models that do not need them.
            }
        }

        return s_readers.GetValueOrDefault(kind);
    }
}
