using System.CommandLine;
using MlPipeline.Cli.Help;

namespace MlPipeline.Cli.Commands;

/// <summary>Prints the script that makes a shell complete this program's words.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = $"The shell: {string.Join(", ", CompletionScripts.Shells)}." };
        shell.CompletionSources.Add([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Print a script that makes a shell complete commands, options and their values.");
        command.Arguments.Add(shell);
        CommandContext.Bind(command, (parsed, context) =>
        {
            var name = parsed.GetRequiredValue(shell);
            if (!CompletionScripts.Shells.Contains(name))
            {
                throw new UsageException(
                    $"the shell must be one of {string.Join(", ", CompletionScripts.Shells)}, not '{name}'.");
            }

            context.Write(new { Shell = name, Script = CompletionScripts.For(name) }, r => Console.WriteLine(r.Script));
            return CommandLine.Good;
        });
        return command;
    }
}
