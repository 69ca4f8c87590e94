using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>What a command writes, checked before it begins to work: nothing that is there is replaced unless asked for, no two
/// outputs share a place, and every place can be written to.</summary>
internal sealed class OutputFiles
{
    private static readonly StringComparer s_paths =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly Option<bool> _force = new("--force") { Description = "Replace output files that are there already." };

    public OutputFiles(Command command) => command.Options.Add(_force);

    /// <summary>Whether files that are there are replaced.</summary>
    public bool Replaces(ParseResult parsed) => parsed.GetValue(_force);

    /// <summary>Refuses outputs that cannot or must not be written.</summary>
    /// <param name="parsed">What the command line says.</param>
    /// <param name="outputs">Each option with a file that is written for it; a null file is none.</param>
    /// <param name="inputs">Files that are read, which not even --force replaces.</param>
    /// <param name="replaces">Whether files that are there may be replaced without --force.</param>
    /// <exception cref="UsageException">An output is there already, is an input, a folder or another output, or lies where no
    /// folder can be.</exception>
    public void Check(ParseResult parsed, IEnumerable<(string Option, string? File)> outputs, IEnumerable<string> inputs,
        bool replaces = false)
    {
        replaces |= Replaces(parsed);
        var read = inputs.Select(Real).ToHashSet(s_paths);
        var taken = new Dictionary<string, string>(s_paths);
        foreach (var (option, file) in outputs)
        {
            if (file is null)
                continue;
            if (file.Length == 0)
                throw new UsageException($"{option} needs the name of a file.");
            if (Directory.Exists(file))
                throw new UsageException($"{option}: {file} is a folder; a file must be named.");
            var place = Real(file);
            if (!taken.TryAdd(place, option))
                throw new UsageException($"{taken[place]} and {option} would both write {file}; give them different places.");
            if (read.Contains(place))
                throw new UsageException($"{option}: {file} is read by this command; choose another place for what is written.");
            if (File.Exists(file) && !replaces)
                throw new UsageException($"{option}: {file} is there already; --force replaces it, or choose another name.");
            var folder = Path.GetDirectoryName(place);
            while (folder is not null && !Directory.Exists(folder))
            {
                if (File.Exists(folder))
                    throw new UsageException($"{option}: {file} cannot be written, for {folder} is a file and not a folder.");
                folder = Path.GetDirectoryName(folder);
            }
        }
    }

    /// <summary>The place that a path leads to, links followed.</summary>
    private static string Real(string path)
    {
        path = Path.GetFullPath(path);
        return File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
    }
}
