using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Tests.Runtimes;

/// <summary>A fact about ONNX Runtime; skipped only on systems for which its package holds no native library.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerFactAttribute : FactAttribute
{
    public PeerFactAttribute() => Skip = Peer.WhyNot;
}

/// <summary>A theory about ONNX Runtime; skipped only on systems for which its package holds no native library.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PeerTheoryAttribute : TheoryAttribute
{
    public PeerTheoryAttribute() => Skip = Peer.WhyNot;
}

internal static class Peer
{
    private static readonly string[] s_systems = ["linux-x64", "linux-arm64", "osx-arm64", "win-x64", "win-arm64"];

    // Distributions that build .NET themselves put their own name before the processor's.
    public static string? WhyNot =>
        s_systems.Contains(RuntimeInformation.RuntimeIdentifier)
        || (OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
            && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64)
            ? null
            : $"Microsoft.ML.OnnxRuntime has no native library for {RuntimeInformation.RuntimeIdentifier}";
}
