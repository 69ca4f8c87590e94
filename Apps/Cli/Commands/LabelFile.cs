using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Commands;

/// <summary>Class names from a TSV file: the name alone, index and name, or index, identifier and name, one class a
/// line.</summary>
internal sealed class LabelFile
{
    private LabelFile(IReadOnlyList<string> names, IReadOnlyList<string?> identifiers)
    {
        Names = names;
        Identifiers = identifiers;
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Identifiers such as WordNet's synsets, where the file has them.</summary>
    public IReadOnlyList<string?> Identifiers { get; }

    public static LabelFile Read(string path)
    {
        if (!File.Exists(path))
            throw new JobException($"{path}: there is no such file of labels.");
        List<string> names = [];
        List<string?> identifiers = [];
        foreach (var (line, fields) in TextTable.Rows(path, TextTable.Read(path), '\t'))
        {
            var name = fields[^1].Trim();
            if (fields.Count > 1 && (!PlainNumber.TryParse<int>(fields[0].Trim(), out var index) || index != names.Count))
            {
                // A header is the one line that may have no index.
                if (names.Count == 0 && !fields[0].Any(char.IsDigit))
                    continue;
                throw new JobException($"{path}, line {line}: the index should be {names.Count}, not '{fields[0]}'.");
            }

            if (name.Length == 0)
                throw new JobException($"{path}, line {line}: there is no name.");
            names.Add(name);
            identifiers.Add(fields.Count > 2 ? fields[1].Trim() : null);
        }

        return names.Count > 0 ? new LabelFile(names, identifiers) : throw new JobException($"{path}: the file has no labels.");
    }
}
