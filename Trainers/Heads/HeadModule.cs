using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using MlPipeline.Pipeline;

namespace MlPipeline.Trainers;

/// <summary>Tells the archive who reads heads.</summary>
internal static class HeadModule
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The archive runs this when it meets a kind that it does not know.")]
    internal static void Register() => ArchiveRegistry.Register(LinearHeadTransformer.ArchiveKind, LinearHeadTransformer.Read);
}
