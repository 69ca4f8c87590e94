using System.CommandLine;
using MlPipeline.Cli.Help;
using MlPipeline.Cli.Output;
using MlPipeline.ScoringService;

namespace MlPipeline.Cli.Commands;

/// <summary>Answers HTTP requests with what trained models say of pictures.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var settings = new ServiceSettings();
        var command = new Command("serve",
            "Answer HTTP requests with what trained models say of pictures. Every option is a variable too "
            + "(MLPIPELINE_BATCH_SIZE), and a key of the --config file (batchSize).") { settings.ModelsArgument };
        command.AddGroup(HelpGroup.Access, settings.AccessOptions);
        command.AddGroup(HelpGroup.Queue, settings.QueueOptions);
        command.AddGroup(HelpGroup.Newer, settings.ReloadOptions);
        command.AddGroup(HelpGroup.Limits, settings.LimitOptions);
        CommandContext.Bind(command, (parsed, context) =>
        {
            try
            {
                // Waited for on a thread of its own; see there.
                ServiceRun.UntilStoppedAsync(settings.Read(parsed, context.Threads), Started, context.Cancellation)
                    .GetAwaiter().GetResult();
                return CommandLine.Good;
            }
            catch (SettingsException e)
            {
                throw new UsageException(e.Message);
            }

            void Started(IReadOnlyList<Uri> addresses, IReadOnlyList<(string Name, string Version)> models)
            {
                if (context.Json)
                {
                    Console.Out.WriteLine(JsonOutput.Serialize(
                        new Result(addresses, [.. models.Select(m => new Served(m.Name, m.Version))])));
                }
            }
        });
        return command;
    }

    private sealed record Result(IReadOnlyList<Uri> Listening, IReadOnlyList<Served> Models);

    private sealed record Served(string Name, string Version);
}
