using System.CommandLine;
using MlPipeline.Cli.Help;

namespace MlPipeline.Cli.Commands;

/// <summary>Prints the script that makes a shell complete this program's words.</summary>
internal static class CompletionCommand
{
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = $"The shell: {string.Join(", ", CompletionScripts.Shells)}." };
        shell.AcceptOnlyFromAmong([.. CompletionScripts.Shells]);
        var command = new Command("completion", "Print a script that makes a shell complete commands, options and their values.")
        {
            shell,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var name = parsed.GetRequiredValue(shell);
            context.Write(new { Shell = name, Script = CompletionScripts.For(name) }, r => Console.WriteLine(r.Script));
            return CommandLine.Good;
        });
        return command;
    }
}
