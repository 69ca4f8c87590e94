using System.Diagnostics;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>Runs the kernel tests again in processes where instruction sets are switched off.</summary>
public sealed class InstructionSetTests
{
    /// <summary>Set in the child processes.</summary>
    public const string ForcedWidth = "MLPIPELINE_TEST_VECTOR_WIDTH";

    [Theory]
    [InlineData("EnableAVX512", 8)]
    [InlineData("EnableAVX2", 4)]
    [InlineData("EnableHWIntrinsic", 1)]
    public async Task KernelsAreRightWithout(string setting, int widest)
    {
        var host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(host)
        {
            ArgumentList =
            {
                "vstest",
                typeof(InstructionSetTests).Assembly.Location,
                "--TestCaseFilter:FullyQualifiedName~ImplicitGemmTests.Matches|FullyQualifiedName~WinogradTests.Matches"
                    + "|FullyQualifiedName~InnerProductTests.Matches|FullyQualifiedName~DepthwiseTests"
                    + "|FullyQualifiedName~FunctionTests|FullyQualifiedName~TheWidestSet",
            },
            Environment = { [$"DOTNET_{setting}"] = "0", [ForcedWidth] = $"{widest}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (setting == "EnableAVX512")
            start.Environment["DOTNET_EnableAVX512F"] = "0";

        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, output + await errors);
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheWidestSetIsNoWiderThanAllowed()
    {
        var allowed = int.Parse(Environment.GetEnvironmentVariable(ForcedWidth) ?? "16");
        Assert.InRange(KernelSet.Best.VectorWidth, 1, allowed);
    }
}
