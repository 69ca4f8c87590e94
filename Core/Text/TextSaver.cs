using System.Text;

namespace MlPipeline.Core;

/// <summary>Writes data as lines of separated fields.</summary>
internal sealed class TextSaver
{
    private readonly IDataView _data;
    private readonly char _separator;
    private readonly bool _forceDense;
    private readonly DataViewSchema.Column[] _columns;

    public TextSaver(IDataView data, char separator, bool keepHidden, bool forceDense)
    {
        if (separator is '"' or '\r' or '\n' or '\0')
            throw new ArgumentException("A quote, a line end or NUL cannot separate fields.", nameof(separator));
        _data = data;
        _separator = separator;
        _forceDense = forceDense;
        _columns = [.. data.Schema.Where(column => keepHidden || !column.IsHidden)];
        foreach (DataViewSchema.Column column in _columns)
        {
            if (column.Type.GetItemType() is not PrimitiveDataViewType or RowIdDataViewType)
                throw Errors.ColumnType("written", column.Name, "a primitive type or a vector of one", column.Type.ToString()!);
        }
    }

    public void Save(Stream stream, bool headerRow, bool schema)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (schema)
            WriteSchema(writer, headerRow);
        if (headerRow)
            writer.WriteLine(string.Join(_separator, _columns.SelectMany(Names).Select(Quote)));

        using DataViewRowCursor cursor = _data.GetRowCursor(_columns);
        Action<List<string>>[] readers = Array.ConvertAll(_columns, column => (Action<List<string>>)GenericCall.Invoke(
            typeof(TextSaver), this, column.Type is VectorDataViewType ? nameof(VectorWriter) : nameof(ScalarWriter),
            [column.Type.GetItemType().RawType], cursor, column));

        // In a sparse line, index:value pairs could be taken for text; and where no field is text, an empty one means the
        // default.
        bool maySparse = !_forceDense
            && _columns.All(column => column.Type.GetItemType() is NumberDataViewType or BooleanDataViewType);
        List<string> fields = [];
        while (cursor.MoveNext())
        {
            fields.Clear();
            foreach (Action<List<string>> reader in readers)
                reader(fields);
            int stored = fields.Count(field => field != "0");
            writer.WriteLine(
                maySparse && stored > 0 && stored <= fields.Count / 4
                    ? string.Join(_separator, fields.Select((field, i) => field == "0" ? "" : $"{i}:{field}")
                        .Where(pair => pair.Length > 0).Prepend(fields.Count.ToString()))
                    : string.Join(_separator, fields));
        }
    }

    private void WriteSchema(StreamWriter writer, bool headerRow)
    {
        writer.WriteLine("#@ TextLoader{");
        if (headerRow)
            writer.WriteLine("#@   header+");
        writer.WriteLine(
            $"#@   sep={(_separator == '\t' ? "tab" : _separator == ' ' ? "space" : _separator == ',' ? "comma" : _separator)}");
        int field = 0;
        foreach (DataViewSchema.Column column in _columns)
        {
            int size = column.Type.GetValueCount();
            string fields = column.Type is not VectorDataViewType ? $"{field}"
                : size == 0 ? $"{field}-**"
                : $"{field}-{field + size - 1}";
            string kind = column.Type.GetItemType() is KeyDataViewType key
                ? $"{key.RawType.Name}[{key.Count}]"
                : $"{column.Type.GetItemType()}";
            writer.WriteLine($"#@   col={column.Name}:{kind}:{fields}");
            field += Math.Max(1, size);
        }

        writer.WriteLine("#@ }");
    }

    private static IEnumerable<string> Names(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true } vector)
            return [column.Name];
        string[]? names = column.HasSlotNames() ? column.GetTextsOrNull(AnnotationUtils.Kinds.SlotNames) : null;
        return Enumerable.Range(0, vector.Size).Select(
            i => names is { } && names[i].Length > 0 ? names[i] : $"{column.Name}.{i}");
    }

    private Action<List<string>> ScalarWriter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<T, string> format = Formatter<T>(column.Type);
        T value = default!;
        return fields =>
        {
            getter(ref value);
            fields.Add(format(value));
        };
    }

    private Action<List<string>> VectorWriter<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<T, string> format = Formatter<T>(column.Type.GetItemType());
        VBuffer<T> value = default;
        return fields =>
        {
            getter(ref value);
            fields.AddRange(value.DenseValues().Select(format));
        };
    }

    private Func<T, string> Formatter<T>(DataViewType type)
    {
        if (type is TextDataViewType)
            return value => Quote(PrimitiveText.Format(value));
        if (type is not KeyDataViewType)
            return PrimitiveText.Format;

        // Keys are numbered from 0 in text; a missing one is empty.
        ValueConversion.Converter<T, ulong> number = ValueConversion.Get<T, ulong>();
        return value => number(value) is > 0 and ulong key ? $"{key - 1}" : "";
    }

    private string Quote(string text) =>
        text.Length == 0 || text.AsSpan().ContainsAny(_separator, '"', '\n') || text.Contains('\r')
            || char.IsWhiteSpace(text[0]) || char.IsWhiteSpace(text[^1]) || text[0] is '/' or '#'
            ? $"\"{text.Replace("\"", "\"\"")}\""
            : text;
}
