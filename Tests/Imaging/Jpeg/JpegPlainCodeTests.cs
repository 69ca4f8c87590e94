using System.Diagnostics;

namespace MlPipeline.Imaging.Tests;

/// <summary>The scalar bodies, which the vector ones must equal.</summary>
public class JpegPlainCodeTests
{
    [Fact]
    public async Task Plain_code_gives_the_same_pixels_as_vectors()
    {
        const string Switch = "DOTNET_EnableHWIntrinsic";
        if (Environment.GetEnvironmentVariable(Switch) == "0")
            return;

        // The tests again in a process in which all vector instructions are switched off.
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string filter = $"--TestCaseFilter:FullyQualifiedName~{nameof(JpegGoldenTests.Pixels_are_those_of_libjpeg)}";
        foreach (string argument in (string[])["vstest", typeof(JpegGoldenTests).Assembly.Location, filter])
            start.ArgumentList.Add(argument);

        start.Environment[Switch] = "0";
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
    }
}
