using System.CommandLine;
using MlPipeline.Cli.Commands;
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

    /// <summary>Parses and runs one command. Never throws: failures become one line on stderr and an exit code.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = Build();
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"error: {parsed.Errors[0].Message} (see {CommandPath(parsed)} --help)")
                .ConfigureAwait(false);
            return Misused;
        }

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
            var verbose = parsed.GetValue(SharedOptions.Verbose);
            await Console.Error.WriteLineAsync(verbose ? exception.ToString() : "error: " + Describe(exception))
                .ConfigureAwait(false);
            var code = exception switch { UsageException => Misused, OperationCanceledException => Interrupted, _ => Failed };
            if (parsed.GetValue(SharedOptions.Json))
            {
                await Console.Out.WriteLineAsync(
                    JsonOutput.Serialize(new { Error = new { Message = Describe(exception), ExitCode = code } }))
                        .ConfigureAwait(false);
            }

            return code;
        }
    }

    private static RootCommand Build()
    {
        var root =
            new RootCommand("Image classification for .NET: train, evaluate, explain and score. No network connection is needed.")
        {
            DemoCommand.Create(),
            TrainCommand.Create(),
            TuneCommand.Create(),
            EvaluateCommand.Create(),
            PredictCommand.Create(),
            ExplainCommand.Create(),
            ClassifyCommand.Create(),
            FeaturesCommand.Create(),
            SummaryCommand.Create(),
            BackbonesCommand.Create(),
            CacheCommand.Create(),
            RecipeCommand.Create(),
            BenchCommand.Create(),
        };
        foreach (var option in SharedOptions.All)
            root.Options.Add(option);
        return root;
    }

    private static string CommandPath(ParseResult parsed)
    {
        var name = parsed.CommandResult.Command.Name;
        return parsed.CommandResult.Command is RootCommand ? "mlpipeline" : $"mlpipeline {name}";
    }

    /// <summary>One line for one failure. Exceptions made for users already say what would be right; others are named.</summary>
    private static string Describe(Exception exception)
    {
        if (exception is AggregateException { InnerExceptions.Count: 1 } aggregate)
            exception = aggregate.InnerExceptions[0];
        var message = exception switch
        {
            OperationCanceledException => "cancelled",
            OutOfMemoryException => "out of memory: try a smaller --batch or fewer --threads",
            NullReferenceException or IndexOutOfRangeException or InvalidCastException =>
                $"internal error ({exception.GetType().Name}: {exception.Message}); run again with --verbose for the trace",
            _ => exception.Message,
        };
        return message.ReplaceLineEndings(" ");
    }
}
