using System.CommandLine;
using System.CommandLine.Help;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Help;
using MlPipeline.Cli.Output;

namespace MlPipeline.Cli;

/// <summary>The whole command line: the commands, what all of them take, and how failures leave the process.</summary>
internal static class CommandLine
{
    public const int Good = 0;
    public const int Failed = 1;
    public const int Misused = 2;
    public const int Interrupted = 130;

    /// <summary>How long a command that was told to stop (Ctrl-C) may take to keep what it has.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private static readonly RootCommand s_root = Build();

    /// <summary>Parses and runs one command. Never throws: failures become one line on stderr, with <c>--json</c> also an object
    /// on stdout, and an exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = s_root.Parse(args);
        var command = parsed.CommandResult.Command;

        // A line that a shell wants completed is not whole yet.
        if (parsed.Errors.Count > 0 && args is not [['[', ..], ..])
            return Fail(args, new CommandError($"{Misuse.Explain(parsed)} (see {HelpPage.PathOf(command)} --help)", Misused));

        try
        {
            var configuration = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = s_patience,
            };
            return await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (exception is AggregateException { InnerExceptions.Count: 1 } aggregate)
                exception = aggregate.InnerExceptions[0];

            var code = exception switch { UsageException => Misused, OperationCanceledException => Interrupted, _ => Failed };
            return Fail(args, new CommandError(Describe(exception, parsed), code),
                parsed.GetValue(SharedOptions.Verbose) ? exception.ToString() : null);
        }
    }

    private static int Fail(string[] args, CommandError error, string? trace = null)
    {
        error = error with { Message = error.Message.ReplaceLineEndings(" ") };
        Console.Error.WriteLine(trace ?? $"error: {error.Message}");

        // Where the words could not be parsed there is no value of the option either.
        if (args.Contains(SharedOptions.Json.Name, StringComparer.Ordinal))
            Console.Out.WriteLine(JsonOutput.Serialize(new { Error = error }));

        return error.ExitCode;
    }

    private static RootCommand Build()
    {
        var root =
            new RootCommand("Image classification for .NET: train, evaluate, explain and score. No network connection is needed.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            TuneCommand.Create(),
            RecipeCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            ExplainCommand.Create(),
            ClassifyCommand.Create(),
            FeaturesCommand.Create(),
            SummaryCommand.Create(),
            BenchCommand.Create(),
            BackbonesCommand.Create(),
            CacheCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Clear();
        root.AddGroup(HelpGroup.Common,
        [
            .. SharedOptions.All,
            new HelpOption("--help", "-h") { Description = "Show this help.", Action = new HelpPage.Print() },
        ]);
        root.Options.Add(new Option<bool>("--version")
        {
            Description = "Show the versions of the program, of .NET, of the engine's instruction set and of ONNX Runtime.",
            Action = new VersionText(),
        });

        // A command that is only a group of others shows them.
        foreach (var group in root.Subcommands.Where(c => c.Subcommands.Count > 0).Append(root))
            group.Action = new HelpPage.PrintGroup();
        StrictValues.Apply(root);
        return root;
    }

    /// <summary>One line for one failure. Exceptions made for users already say what would be right; others are named.</summary>
    private static string Describe(Exception exception, ParseResult parsed) => exception switch
    {
        OperationCanceledException => "interrupted",
        OutOfMemoryException => "out of memory: try a smaller --batch or fewer --threads",
        NullReferenceException or IndexOutOfRangeException or InvalidCastException =>
            "this is a fault of the program, not of your input; --verbose shows where it happened",
        ArgumentException argument => Misuse.Explain(parsed, argument),
        _ => exception.Message,
    };
}

/// <summary>Why a command failed, or failed in part, as <c>--json</c> tells it under <c>error</c>.</summary>
/// <param name="Message">One line.</param>
/// <param name="ExitCode">What the process ends with.</param>
internal sealed record CommandError(string Message, int ExitCode)
{
    /// <summary>The error of a command that could not use some of its pictures; null when it could use all.</summary>
    public static CommandError? Of(int unused, int pictures) => unused == 0 ? null
        : new CommandError($"{unused} of {pictures} pictures could not be used; each is named with its reason",
            CommandLine.Failed);
}
