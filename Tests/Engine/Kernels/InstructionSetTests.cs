using System.Diagnostics;
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
        string host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        var start = new ProcessStartInfo(host)
        {
            ArgumentList =
            {
                "vstest",
                typeof(InstructionSetTests).Assembly.Location,
                "--TestCaseFilter:FullyQualifiedName~ImplicitGemmTests.Matches|FullyQualifiedName~WinogradTests.Matches"
                    + "|FullyQualifiedName~InnerProductTests.Matches|FullyQualifiedName~DepthwiseTests|FullyQualifiedName~FunctionTests|FullyQualifiedName~TheWidestSet",
            },
            Environment = { [$"DOTNET_{setting}"] = "0", [ForcedWidth] = $"{widest}" },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (setting == "EnableAVX512")
        {
            start.Environment["DOTNET_EnableAVX512F"] = "0";
        }

        using Process child = Process.Start(start)!;
        Task<string> errors = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(child.ExitCode == 0, output + await errors);
        Assert.Contains("Passed", output, StringComparison.Ordinal);
    }

    [Fact]
    public void TheWidestSetIsNoWiderThanAllowed()
    {
        int allowed = int.Parse(Environment.GetEnvironmentVariable(ForcedWidth) ?? "16");
        Assert.InRange(KernelSet.Best.VectorWidth, 1, allowed);
    }
}
