namespace MlPipeline.Core;

/// <summary>The rows of text sources, read anew by each cursor. Only the fields of active columns are parsed.</summary>
internal sealed class TextView(IMultiStreamSource source, TextLoader.Options options, TextColumn[] columns, DataViewSchema schema)
    : IDataView
{
    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, new TextRows(source, options), MappedColumns.ActiveFlags(schema, columnsNeeded));

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(TextView view, TextRows rows, bool[] active) : ColumnCursor(view.Schema, active)
    {
        private long _position = -1;
        private bool _isOver;

        public override long Position => _position;

        public override bool MoveNext()
        {
            if (_isOver || _position + 1 >= (view.Options.MaxRows ?? long.MaxValue) || !rows.MoveNext())
            {
                _isOver = true;
                return false;
            }

            _position++;
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
            value = _position >= 0 && !_isOver
                ? new DataViewRowId((ulong)_position, 0)
                : throw Errors.NotMoved("The row's id was asked for");

        protected override ValueGetter<TValue> Getter<TValue>(DataViewSchema.Column column)
        {
            TextColumn source = view.Columns[column.Index];
            var getter = (Delegate)GenericCall.Invoke(
                typeof(Cursor), this, source.IsVector ? nameof(VectorGetter) : nameof(ScalarGetter),
                [source.ItemType.RawType], source);
            return getter as ValueGetter<TValue>
                ?? throw Errors.GetterType(column.Name, Schema[column.Index].Type, typeof(TValue));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _isOver = true;
                rows.Dispose();
            }

            base.Dispose(disposing);
        }

        private ValueGetter<T> ScalarGetter<T>(TextColumn column)
        {
            TextFieldReader<T> reader = new(column, view.Options);
            int field = column.Segments[0].Min;
            return (ref T value) => value = Read(reader, field);
        }

        private ValueGetter<VBuffer<T>> VectorGetter<T>(TextColumn column)
        {
            TextFieldReader<T> reader = new(column, view.Options);
            return (ref VBuffer<T> value) =>
            {
                int count = Rows.Fields.Count;
                int length = 0;
                foreach ((int min, int max) in column.Segments)
                    length += Math.Max(0, (max < 0 ? count - 1 : max) - min + 1);
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, length);
                int slot = 0;
                foreach ((int min, int max) in column.Segments)
                {
                    int last = max < 0 ? count - 1 : max;
                    for (int field = min; field <= last; field++)
                        editor.Values[slot++] = Read(reader, field);
                }

                value = editor.Commit();
            };
        }

        private TextRows Rows => _position >= 0 && !_isOver ? rows : throw Errors.NotMoved("A value was asked for");

        // A field that the line does not have is like an empty one.
        private T Read<T>(TextFieldReader<T> reader, int field)
        {
            TextRows current = Rows;
            ReadOnlyMemory<char> text = field < current.Fields.Count ? current.Fields[field] : default;
            return reader.TryRead(text, out T value) ? value : throw current.Error(reader.Complain(field, text));
        }
    }

    private TextLoader.Options Options => options;

    private TextColumn[] Columns => columns;
}

/// <summary>Reads fields into values of one column.</summary>
internal sealed class TextFieldReader<T>
{
    private readonly TextColumn _column;
    private readonly PrimitiveText.Parser<T>? _parser;
    private readonly ValueConversion.Converter<ulong, T>? _fromNumber;
    private readonly ulong _keyCount;
    private readonly T _empty;

    public TextFieldReader(TextColumn column, TextLoader.Options options)
    {
        _column = column;
        _empty = options.MissingRealsAsNaNs ? PrimitiveText.Missing<T>() : default!;
        if (column.ItemType is KeyDataViewType key)
        {
            _keyCount = key.Count;
            _fromNumber = ValueConversion.Get<ulong, T>();
        }
        else if (column.ItemType is not TextDataViewType)
        {
            _parser = PrimitiveText.ParserOf<T>(options.DecimalMarker);
        }
    }

    public bool TryRead(ReadOnlyMemory<char> text, out T value)
    {
        value = _empty;
        if (_fromNumber is null && _parser is null)
        {
            value = (T)(object)text;
            return true;
        }

        ReadOnlySpan<char> trimmed = text.Span.Trim();
        if (trimmed.IsEmpty)
            return true;
        if (_parser is not null)
            return _parser(trimmed, out value);

        // Numbers that are no key, such as -1, stand for a missing one.
        if (!long.TryParse(trimmed, out long number))
            return false;
        value = number >= 0 && (ulong)number < _keyCount ? _fromNumber!((ulong)number + 1) : default!;
        return true;
    }

    public string Complain(int field, ReadOnlyMemory<char> text)
    {
        string shown = text.Length > 40 ? $"{text[..40]}..." : text.ToString();
        return $"field {field}, column '{_column.Name}': '{shown}' is not {_column.ItemType}";
    }
}
