using System.Diagnostics;
using System.Text.Json;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>One run of the command line as a process of its own, as a user would start it.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "mlpipeline.dll");

    private static readonly string[] s_takeBackbones = ["train", "tune", "features", "classify", "recipe"];

    // The user's own registrations and caches have no part in tests.
    private static readonly string s_home = MakeHome();

    /// <summary>The one JSON object on stdout.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public static CommandRun Of(params string[] arguments) => At(s_home, arguments);

    /// <summary>Runs with a home folder of the test's own.</summary>
    public static CommandRun At(string home, params string[] arguments) => WithInput("", home, arguments);

    /// <summary>Runs with lines on standard input.</summary>
    public static CommandRun WithInput(string input, params string[] arguments) => WithInput(input, s_home, arguments);

    private static CommandRun WithInput(string input, string home, string[] arguments)
    {
        using var process = StartAt(home, arguments);
        using (process.StandardInput)
            process.StandardInput.Write(input);

        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandRun(process.ExitCode, output, error.Result);
    }

    public static Process Start(params string[] arguments) => StartAt(s_home, arguments);

    public static Process StartAt(string home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(s_program);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // Most tests are about something else than the network: a small one is enough.
        if (arguments is [var first, ..] && s_takeBackbones.Contains(first)
            && !arguments.Contains("--backbone") && !arguments.Contains("--help"))
        {
            start.ArgumentList.Add("--backbone");
            start.ArgumentList.Add("bootstrap-resnet");
        }

        start.Environment["MLPIPELINE_HOME"] = home;
        return Process.Start(start)!;
    }

    /// <summary>Fails the test, with what the process said, unless it ended well.</summary>
    public CommandRun Good()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Error}\n{Output}");
        return this;
    }

    private static string MakeHome()
    {
        var home = Directory.CreateTempSubdirectory("mlpipeline-home-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
        return home;
    }
}
