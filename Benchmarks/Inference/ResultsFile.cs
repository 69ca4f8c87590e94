using System.Globalization;
using System.Text;
using MlPipeline.Data.Files;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>A page of results: a table for each machine and peer, a row for each network, thread count and batch size.</summary>
/// <remarks>Measuring again replaces those rows that were measured, in the table of this machine, and no others.</remarks>
internal sealed class ResultsFile
{
    private const string Title = """
        # Whole networks against ONNX Runtime

        Written by `dotnet run --project Benchmarks -c Release -- inference --results`. Each runtime has a process of its own,
        both read the same file, and they run in turn with the same input on as many threads. Ratio is the median of the paired
        times, the managed engine's over ONNX Runtime's: below 1, the managed engine is faster. Times are medians of a whole
        batch, memory the most that was resident. Machines that others use too make single rows waver; the least and greatest
        ratio of a pair say how much.
        """;

    private const string Header =
        "| network | threads | batch | ratio | of pairs | least to greatest | managed ms | ONNX Runtime ms | managed MB "
        + "| ONNX Runtime MB | date |\n|---|---|---|---|---|---|---|---|---|---|---|";

    private readonly string _path;
    private readonly string _section;
    private readonly Dictionary<string, Dictionary<string, string>> _sections = new(StringComparer.Ordinal);

    /// <param name="path">The page; made if there is none.</param>
    /// <param name="section">Machine and peer: the heading of the table that is written to.</param>
    public ResultsFile(string path, string section)
    {
        _path = path;
        _section = section;
        var rows = Rows(section);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                rows = Rows(line[3..]);
            else if (line.StartsWith("| ", StringComparison.Ordinal) && Key(line) is { } key)
                rows[key] = line;
        }
    }

    /// <summary>Puts rows in their places and writes the page, aside first.</summary>
    public void Add(IEnumerable<InferenceResult> results)
    {
        var rows = Rows(_section);
        foreach (var result in results)
        {
            var row = Row(result);
            rows[Key(row)!] = row;
        }

        var text = new StringBuilder(Title).Append('\n');
        foreach (var (section, lines) in _sections.Where(s => s.Value.Count > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {section}\n\n{Header}\n");
            foreach (var (_, line) in lines.OrderBy(l => Place(l.Key)))
                text.Append(line).Append('\n');
        }

        ReplacedFile.Write(_path, Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string Row(InferenceResult result) => string.Create(CultureInfo.InvariantCulture,
        $"| {result.Network} | {result.Threads} | {result.Batch} | {result.Times.Ratio:0.00} | {result.Times.Pairs} "
        + $"| {result.Times.LowestRatio:0.00} to {result.Times.HighestRatio:0.00} | {result.Times.ManagedMs:0.0} "
        + $"| {result.Times.PeerMs:0.0} | {result.ManagedPeakMb:0} | {result.PeerPeakMb:0} | {DateTime.UtcNow:yyyy-MM-dd} |");

    /// <summary>The first three cells of a row; null: a line that is none.</summary>
    private static string? Key(string line)
    {
        string[] cells = [.. line.Split('|').Select(c => c.Trim())];
        return cells.Length > 4 && int.TryParse(cells[2], out _) && int.TryParse(cells[3], out _)
            ? string.Join('|', cells[1..4]) : null;
    }

    /// <summary>As networks are listed, then by threads and batch.</summary>
    private static (int Network, int Threads, int Batch) Place(string key)
    {
        var cells = key.Split('|');
        var network = BenchmarkNetworks.Names.ToList().IndexOf(cells[0]);
        return (network < 0 ? int.MaxValue : network, int.Parse(cells[1], CultureInfo.InvariantCulture),
            int.Parse(cells[2], CultureInfo.InvariantCulture));
    }

    private Dictionary<string, string> Rows(string section)
    {
        if (!_sections.TryGetValue(section, out var rows))
            _sections[section] = rows = new Dictionary<string, string>(StringComparer.Ordinal);
        return rows;
    }
}
