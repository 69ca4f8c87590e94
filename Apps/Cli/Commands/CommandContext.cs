using System.CommandLine;
using MlPipeline.Cli.Output;

namespace MlPipeline.Cli.Commands;

/// <summary>What one run of a command works with: the shared options, where results and progress go, and cancellation.</summary>
internal sealed class CommandContext
{
    private CommandContext(ParseResult parsed, CancellationToken cancellation)
    {
        Json = parsed.GetValue(SharedOptions.Json);
        Seed = parsed.GetValue(SharedOptions.Seed);
        Threads = parsed.GetValue(SharedOptions.Threads);
        Cancellation = cancellation;
        Progress = parsed.GetValue(SharedOptions.Quiet) ? JobProgress.None : ConsoleProgress.Create();
    }

    public bool Json { get; }

    public int Seed { get; }

    /// <summary>Worker threads; 0 means one per core.</summary>
    public int Threads { get; }

    public CancellationToken Cancellation { get; }

    public IJobProgress Progress { get; }

    /// <summary>Binds <paramref name="run"/> to a command: it gets the parse result and a context, and returns the exit
    /// code.</summary>
    public static void Bind(Command command, Func<ParseResult, CommandContext, int> run) =>
        command.SetAction((parsed, cancellation) =>
        {
            var context = new CommandContext(parsed, cancellation);

            // On a thread of its own, so that Ctrl-C finds a task to wait for instead of ending the process at once.
            return Task.Run(() => run(parsed, context), CancellationToken.None);
        });

    /// <summary>Writes the result: as JSON when asked for, else as the text that <paramref name="writeText"/> prints.</summary>
    /// <param name="result">The result.</param>
    /// <param name="writeText">Prints it.</param>
    /// <param name="report">The report that was written beside it; null when there is none.</param>
    public void Write<TResult>(TResult result, Action<TResult> writeText, string? report = null)
    {
        if (Json)
        {
            Console.Out.WriteLine(JsonOutput.Serialize(result, report));
            return;
        }

        writeText(result);
        if (report is not null)
            Console.WriteLine($"report: {report}");
    }
}
