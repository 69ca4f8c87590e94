using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Cli.Help;

/// <summary>What <c>--version</c> prints: the program, what runs it, and what runs networks.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parsed)
    {
        var version = typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion;
        var found = new
        {
            Version = version.Split('+')[0],
            Runtime = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}",
            Engine = ManagedRuntime.InstructionSet,
            OnnxRuntime = OnnxRuntimeVersion(),
        };
        var output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(SharedOptions.Json))
        {
            output.WriteLine(JsonOutput.Serialize(found));
            return CommandLine.Good;
        }

        output.WriteLine($"mlpipeline {found.Version}");
        output.WriteLine($"runtime: {found.Runtime}");
        output.WriteLine($"engine: {found.Engine}");
        output.WriteLine($"ONNX Runtime: {found.OnnxRuntime ?? "not found"}");
        return CommandLine.Good;
    }

    private static string? OnnxRuntimeVersion()
    {
        try
        {
            return new OnnxRuntime().Version;
        }
        catch (OnnxRuntimeException)
        {
            return null;
        }
    }
}
