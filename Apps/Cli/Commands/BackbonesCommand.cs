using System.CommandLine;
using Spectre.Console;

namespace MlPipeline.Cli.Commands;

/// <summary>Lists, registers and checks backbones.</summary>
internal static class BackbonesCommand
{
    public static Command Create() =>
        new("backbones", "List, register and check backbones.") { CreateList(), CreateAdd(), CreateVerify() };

    private static Command CreateList()
    {
        var command = new Command("list", "List the backbones that are embedded, registered, or known by their checksum.");
        CommandContext.Bind(command, (_, context) =>
        {
            var result = new { Home = BackboneCatalog.Home, Backbones = BackboneCatalog.List() };
            context.Write(result, r =>
            {
                var table = new Table().Border(TableBorder.Simple).AddColumns("name", "kind", "bytes", "file");
                foreach (var entry in r.Backbones)
                {
                    table.AddRow(Markup.Escape(entry.Name), entry.Kind.ToString().ToLowerInvariant(), entry.Bytes > 0
                        ? $"{entry.Bytes:N0}" : "", Markup.Escape(entry.Path ?? ""));
                }

                if (Console.IsOutputRedirected)
                    AnsiConsole.Profile.Width = 180;
                AnsiConsole.Write(table);
                Console.WriteLine("known: recognised by its checksum when its file is given; registered: usable by name.");
            });
            return CommandLine.Good;
        });
        return command;
    }

    private static Command CreateAdd()
    {
        var file = new Argument<string>("file") { Description = "An ONNX file." };
        var name = new Option<string?>("--name") { Description = "The name to use; default the file's." };
        var labels = new Option<string?>("--labels")
        {
            Description = "TSV file of class names (name; or index, name; or index, identifier, name).",
        };
        var licence = new Option<string?>("--licence") { Description = "Licence of the weights, kept with the entry." };
        var command = new Command("add", "Register an ONNX file under a name, with its checksum.")
        {
            file, name, labels, licence,
        };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var labelPath = parsed.GetValue(labels);
            var entry = BackboneCatalog.Add(parsed.GetRequiredValue(file), new BackboneOptions
            {
                Name = parsed.GetValue(name),
                Licence = parsed.GetValue(licence),
                ClassNames = labelPath == null ? null : LabelFile.Read(labelPath).Names,
            });
            context.Write(entry, e => Console.WriteLine($"registered '{e.Name}': {e.Path}, SHA-256 {e.Sha256}"));
            return CommandLine.Good;
        });
        return command;
    }

    private static Command CreateVerify()
    {
        var name = new Argument<string?>("name") { Description = "The backbone; default all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("verify", "Check the files of registered backbones against their checksums.") { name };
        CommandContext.Bind(command, (parsed, context) =>
        {
            var checks = BackboneCatalog.Verify(parsed.GetValue(name));
            string[] bad = [.. checks.Where(c => !c.IsGood).Select(c => c.Name)];
            var error = bad.Length == 0 ? null
                : new CommandError($"not as they were registered: {string.Join(", ", bad)}", CommandLine.Failed);
            context.Write(new { Backbones = checks, Error = error }, r =>
            {
                foreach (var check in r.Backbones)
                    Console.WriteLine($"{check.Name}: {(check.IsGood ? "good" : check.Problem)}");
            });
            return error?.ExitCode ?? CommandLine.Good;
        });
        return command;
    }
}
