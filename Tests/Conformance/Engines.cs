using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Conformance.Tests;

/// <summary>The runtimes that are tested.</summary>
internal static class Engines
{
    /// <summary>Those that need nothing from outside.</summary>
    public static IEnumerable<string> Managed => Runtime.Names.Where(n => n != "onnxruntime");
}
