using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Engine.Runtimes;

/// <summary>What the engine's own arithmetic depends on beside the graph.</summary>
internal static class EngineIdentity
{
    /// <summary>
    /// The build of this assembly, so that no change of a kernel can be forgotten, and the machine's vectors: sums are ordered by
    /// their width, so another machine may differ in the last bit.
    /// </summary>
    public static string Text { get; } =
        $"engine {typeof(EngineIdentity).Module.ModuleVersionId:N} {RuntimeInformation.ProcessArchitecture} {VectorBits}"
        + (Fma.IsSupported ? " fma" : "");

    public static string InstructionSet { get; } = VectorBits == 0 ? $"{RuntimeInformation.ProcessArchitecture}, no vectors"
        : $"{RuntimeInformation.ProcessArchitecture}, {VectorBits}-bit vectors{(Fma.IsSupported ? " with FMA" : "")}";

    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
}
