namespace MlPipeline.Pipeline.Images;

/// <summary>Pictures as a data view, lazily and once: the columns that a chain reads, of which one holds the picture (as a
/// <see cref="Picture"/>, or as its path), and <see cref="IndexColumn"/>. The other columns are there in name only.</summary>
internal sealed class PictureDataView(DataViewSchema schema, string pictureColumn, IEnumerable<Picture> pictures) : IDataView
{
    /// <summary>The place in the list of pictures, from 0.</summary>
    public const string IndexColumn = "__row";

    public DataViewSchema Schema => schema;

    public bool CanShuffle => false;

    /// <summary>A schema with the index column.</summary>
    public static DataViewSchema SchemaOf(IEnumerable<DataViewSchema.DetachedColumn> columns)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(columns);
        builder.AddColumn(IndexColumn, NumberDataViewType.Int64);
        return builder.ToSchema();
    }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new PictureCursor(schema, pictureColumn, pictures.GetEnumerator());

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}

/// <summary>A cursor over pictures; without a list, a row that is set to one picture after another.</summary>
internal sealed class PictureCursor(DataViewSchema schema, string pictureColumn, IEnumerator<Picture>? pictures = null)
    : DataViewRowCursor
{
    private Picture? _current;
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public void Set(Picture picture) => (_current, _position) = (picture, _position + 1);

    public override bool MoveNext()
    {
        if (pictures is null || !pictures.MoveNext())
        {
            _position = -1;
            return false;
        }

        Set(pictures.Current);
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) =>
        value = new DataViewRowId((ulong)_position, 0);

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Name == pictureColumn
        || column.Name == PictureDataView.IndexColumn;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Name == PictureDataView.IndexColumn)
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<long>)((ref long value) => value = _position);
        if (column.Name != pictureColumn)
            throw new InvalidOperationException($"The model needs the column '{column.Name}', which a picture does not have.");
        return column.Type is PictureDataViewType
            ? (ValueGetter<TValue>)(Delegate)(ValueGetter<Picture>)((ref Picture value) => value = _current!)
            : (ValueGetter<TValue>)(Delegate)(ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                value = PathOf(_current!).AsMemory());
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            pictures?.Dispose();
        base.Dispose(disposing);
    }

    private static string PathOf(Picture picture) => picture.Path
        ?? throw new NotSupportedException(
            "This model loads pictures from files, with ML.NET's LoadImages: give it paths, not pictures in memory.");
}
