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
        var filter = $"--TestCaseFilter:FullyQualifiedName~{nameof(JpegGoldenTests.Pixels_are_those_of_libjpeg)}";
        foreach (var argument in (string[])["vstest", typeof(JpegGoldenTests).Assembly.Location, filter])
            start.ArgumentList.Add(argument);

        start.Environment[Switch] = "0";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output + await errors);
    }
}
