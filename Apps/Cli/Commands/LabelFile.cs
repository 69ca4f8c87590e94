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
        var number = 0;
        foreach (var line in File.ReadLines(path))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
                continue;
            var fields = line.Split('\t');
            if (fields.Length > 1 && (!int.TryParse(fields[0], out var index) || index != names.Count))
            {
                // A header is the one line that may have no index.
                if (number == 1 && names.Count == 0)
                    continue;
                throw new JobException($"{path}, line {number}: the index should be {names.Count}, not '{fields[0]}'.");
            }

            names.Add(fields[^1].Trim());
            identifiers.Add(fields.Length > 2 ? fields[1].Trim() : null);
        }

        return names.Count > 0 ? new LabelFile(names, identifiers) : throw new JobException($"{path}: the file has no labels.");
    }
}
