using System.Globalization;
using System.Text;

namespace MlPipeline.Core;

/// <summary>Splits lines into fields.</summary>
internal sealed class FieldSplitter(TextLoader.Options options)
{
    // A line cannot claim more fields than this: memory would be taken for them.
    private const int MostSparseFields = 1 << 24;

    private readonly List<ReadOnlyMemory<char>> _fields = [];
    private readonly StringBuilder _text = new();

    /// <summary>The fields of the last line that was split; they are parts of its string.</summary>
    public IReadOnlyList<ReadOnlyMemory<char>> Fields => _fields;

    /// <summary>What is wrong with the last line that was split; null when nothing is.</summary>
    public string? Fault { get; private set; }

    /// <summary>Splits a line; false when a quoted field does not end in it.</summary>
    public bool Split(string line)
    {
        _fields.Clear();
        Fault = null;
        int at = 0;
        while (true)
        {
            if (!TryReadField(line, ref at))
                return false;
            if (at >= line.Length)
                break;
            at++;
        }

        if (options.AllowSparse)
            ExpandSparse();
        return true;
    }

    // Reads a field, and leaves the position at the separator behind it or at the end.
    private bool TryReadField(string line, ref int at)
    {
        int start = at;
        if (options.AllowQuoting)
        {
            int quote = start;
            while (quote < line.Length && line[quote] == ' ' && !options.Separators.Contains(' '))
                quote++;
            if (quote < line.Length && line[quote] == '"')
                return TryReadQuoted(line, quote + 1, ref at);
        }

        int length = line.AsSpan(start).IndexOfAny(options.Separators);
        at = length < 0 ? line.Length : start + length;
        ReadOnlyMemory<char> field = line.AsMemory(start, at - start);
        _fields.Add(options.TrimWhitespace ? field.Trim() : field);
        return true;
    }

    private bool TryReadQuoted(string line, int start, ref int at)
    {
        char escape = options.EscapeChar;
        _text.Clear();
        int from = start;
        for (int i = start; i < line.Length; i++)
        {
            char c = line[i];
            bool escapes = c == escape && i + 1 < line.Length
                && (line[i + 1] == '"' || (escape == '\\' && line[i + 1] == escape));
            if (escapes)
            {
                _text.Append(line, from, i - from);
                from = ++i;
            }
            else if (c == '"')
            {
                ReadOnlyMemory<char> field = line.AsMemory(from, i - from);
                if (_text.Length > 0)
                    field = _text.Append(field).ToString().AsMemory();
                _fields.Add(field);
                at = i + 1;
                while (at < line.Length && line[at] == ' ' && !options.Separators.Contains(' '))
                    at++;
                if (at < line.Length && !options.Separators.Contains(line[at]))
                {
                    Fault = $"field {_fields.Count - 1}: '{line[at]}' follows the closing quote";
                    at = line.Length;
                }

                return true;
            }
        }

        return false;
    }

    // ... N i:v i:v ...: the field with the count N, and the pairs behind it, stand for N fields.
    private void ExpandSparse()
    {
        int first = _fields.FindIndex(field => IsPair(field.Span, out _, out _));
        if (first < 1)
            return;
        if (!int.TryParse(_fields[first - 1].Span, NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count > MostSparseFields)
        {
            Fault = $"field {first - 1}: '{_fields[first - 1]}' is no count of sparse fields";
            return;
        }

        List<ReadOnlyMemory<char>> rest = _fields[first..];
        int start = first - 1;
        _fields.RemoveRange(start, _fields.Count - start);
        _fields.AddRange(Enumerable.Repeat(ReadOnlyMemory<char>.Empty, count));
        int used = 0;
        foreach (ReadOnlyMemory<char> pair in rest)
        {
            if (!IsPair(pair.Span, out int index, out int colon))
                break;
            if (index >= count)
            {
                Fault = $"'{pair}' is beyond the {count} sparse fields";
                return;
            }

            _fields[start + index] = pair[(colon + 1)..];
            used++;
        }

        _fields.AddRange(rest[used..]);
    }

    private static bool IsPair(ReadOnlySpan<char> field, out int index, out int colon)
    {
        index = 0;
        colon = field.IndexOf(':');
        return colon > 0 && int.TryParse(field[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
