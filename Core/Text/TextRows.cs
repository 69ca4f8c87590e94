using System.Text;

namespace MlPipeline.Core;

/// <summary>
/// Goes over the rows of text sources: one line each, or more where a quoted field goes on. Blank lines, comments (//) and
/// embedded schemas (#@) are passed over, and so is each file's header.
/// </summary>
internal sealed class TextRows(IMultiStreamSource source, TextLoader.Options options) : IDisposable
{
    private readonly FieldSplitter _splitter = new(options);
    private TextReader? _reader;
    private int _file = -1;
    private long _line;
    private bool _isAtHeader;

    /// <summary>The fields of the current row.</summary>
    public IReadOnlyList<ReadOnlyMemory<char>> Fields => _splitter.Fields;

    /// <summary>Whether the header, where there is one, is given as a row of its own.</summary>
    public bool GivesHeader { get; init; }

    /// <summary>The line at which the current row begins, counted from 1.</summary>
    public long Line { get; private set; }

    public bool MoveNext()
    {
        while (true)
        {
            string? line = ReadLine();
            if (line is null)
            {
                if (!OpenNext())
                    return false;
                continue;
            }

            if (line.AsSpan().IsWhiteSpace() && !HasContent(line))
                continue;
            if (line.StartsWith("//", StringComparison.Ordinal) || line.StartsWith("#@", StringComparison.Ordinal))
                continue;
            Line = _line;
            Split(line);
            if (_isAtHeader)
            {
                _isAtHeader = false;
                if (!GivesHeader)
                    continue;
            }

            return true;
        }
    }

    /// <summary>An exception that says where in the sources something is wrong.</summary>
    public FormatException Error(string what) =>
        new($"{source.GetPathOrNull(_file) ?? $"stream {_file}"}, line {Line}: {what}.");

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
        _file = source.Count;
    }

    // A line of separators only, such as tabs, is a row of empty fields.
    private bool HasContent(string line) => line.AsSpan().ContainsAny(options.Separators) && !options.Separators.Contains(' ');

    private void Split(string line)
    {
        while (!_splitter.Split(line))
            line = WithNextQuote(line);

        if (_splitter.Fault is not null)
            throw Error(_splitter.Fault);
    }

    // A quoted field can only end in a line that has a quote.
    private string WithNextQuote(string line)
    {
        StringBuilder text = new(line);
        while (true)
        {
            string more = (options.ReadMultilines ? ReadLine() : null)
                ?? throw Error($"the quoted field {Fields.Count} does not end");
            text.Append('\n').Append(more);
            if (more.Contains('"'))
                return text.ToString();
        }
    }

    private string? ReadLine()
    {
        string? line = _reader?.ReadLine();
        if (line is not null)
            _line++;
        return line;
    }

    private bool OpenNext()
    {
        _reader?.Dispose();
        _reader = null;
        if (_file + 1 >= source.Count)
        {
            _file = source.Count;
            return false;
        }

        _reader = source.OpenTextReader(++_file);
        _line = 0;
        _isAtHeader = options.HasHeader;
        return true;
    }
}
