using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Engine.Tests.OnnxRuntimes;

/// <summary>The native ONNX Runtime, where there is one; tests against it say that they were skipped where there is
/// none.</summary>
internal static class Peer
{
    public static OnnxRuntime? Runtime { get; } = Find();

    public static string? WhyNot => Runtime != null ? null : $"needs a native ONNX Runtime: name one in {OnnxRuntimeOptions.PathVariable}";

    private static OnnxRuntime? Find()
    {
        try
        {
            return new OnnxRuntime();
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }
}

/// <summary>A fact that compares with ONNX Runtime, and is skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute() => Skip = Peer.WhyNot;
}

/// <summary>A theory that compares with ONNX Runtime, and is skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = Peer.WhyNot;
}
