using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>One run of the command line: by <see cref="Of"/> the program's entry point in this process, which has compiled
/// itself once for all tests; by the others a process of its own, as a user would start it.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    private static readonly string s_program = Path.Combine(AppContext.BaseDirectory, "mlpipeline.dll");

    private static readonly MethodInfo s_main = Assembly.LoadFrom(s_program).EntryPoint!;

    private static readonly RoutedWriter s_output = RoutedWriter.Of(Console.Out, Console.SetOut);

    private static readonly RoutedWriter s_error = RoutedWriter.Of(Console.Error, Console.SetError);

    private static readonly string[] s_takeBackbones = ["train", "tune", "features", "classify", "recipe"];

    // The user's own registrations and caches have no part in tests.
    private static readonly string s_home = MakeHome();

    /// <summary>The one JSON object on stdout.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Runs the program's entry point in this process.</summary>
    public static CommandRun Of(params string[] arguments)
    {
        using var output = s_output.Collect();
        using var error = s_error.Collect();
        var exitCode = (int)s_main.Invoke(null, [WithSmallNetwork(arguments)])!;
        return new CommandRun(exitCode, output.ToString()!, error.ToString()!);
    }

    /// <summary>Runs a process.</summary>
    public static CommandRun OfProcess(params string[] arguments) => At(s_home, arguments);

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
        foreach (var argument in WithSmallNetwork(arguments))
            start.ArgumentList.Add(argument);

        start.Environment["MLPIPELINE_HOME"] = home;
        return Process.Start(start)!;
    }

    /// <summary>Fails the test, with what the process said, unless it ended well.</summary>
    public CommandRun Good()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Error}\n{Output}");
        return this;
    }

    /// <summary>Most tests are about something else than the network: a small one is enough.</summary>
    private static string[] WithSmallNetwork(string[] arguments) =>
        arguments is [var first, ..] && s_takeBackbones.Contains(first)
        && !arguments.Contains("--backbone") && !arguments.Contains("--help")
            ? [.. arguments, "--backbone", "bootstrap-resnet"]
            : arguments;

    private static string MakeHome()
    {
        var home = Directory.CreateTempSubdirectory("mlpipeline-home-").FullName;
        Environment.SetEnvironmentVariable("MLPIPELINE_HOME", home);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(home, recursive: true);
        return home;
    }
}
