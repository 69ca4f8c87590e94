namespace MlPipeline.Core.Tests;

/// <summary>Rows Id = 0, 1, ... with a vector, which counts what is asked of it.</summary>
internal sealed class CountingView : IDataView
{
    private readonly int _rows;

    public CountingView(int rows)
    {
        _rows = rows;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Id", NumberDataViewType.Int32);
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 2));
        Schema = builder.ToSchema();
    }

    public int Cursors;
    public int Moves;
    public int Disposed;
    public readonly int[] Getters = new int[2];
    public readonly List<string[]> Asked = [];

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public long? GetRowCount() => _rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Interlocked.Increment(ref Cursors);
        DataViewSchema.Column[] columns = columnsNeeded.ToArray();
        lock (Asked)
            Asked.Add(columns.Select(column => column.Name).ToArray());
        return new Cursor(this, columns);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor(CountingView view, DataViewSchema.Column[] columns) : DataViewRowCursor
    {
        private long _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            Interlocked.Increment(ref view.Moves);
            return ++_position < view._rows;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => columns.Any(active => active.Index == column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Assert.True(IsColumnActive(column), $"{column.Name} is not active");
            Delegate getter = column.Index == 0
                ? (ValueGetter<int>)((ref int value) =>
                {
                    Interlocked.Increment(ref view.Getters[0]);
                    value = (int)_position;
                })
                : (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                {
                    Interlocked.Increment(ref view.Getters[1]);
                    VBufferEditor<float> editor = VBufferEditor.Create(ref value, 2);
                    editor.Values[0] = _position;
                    editor.Values[1] = -_position;
                    value = editor.Commit();
                });
            return (ValueGetter<TValue>)getter;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        protected override void Dispose(bool disposing)
        {
            Interlocked.Increment(ref view.Disposed);
            base.Dispose(disposing);
        }
    }
}

internal static class Read
{
    /// <summary>All values of a column, in the order of one pass.</summary>
    public static List<T> Column<T>(this IDataView data, string name, Random? random = null)
    {
        DataViewSchema.Column column = data.Schema[name];
        using DataViewRowCursor cursor = data.GetRowCursor([column], random);
        ValueGetter<T> getter = cursor.GetGetter<T>(column);
        var values = new List<T>();
        while (cursor.MoveNext())
        {
            T value = default!;
            getter(ref value);
            values.Add(value);
        }
        return values;
    }

    public static List<int> Ids(this IDataView data, Random? random = null) => data.Column<int>("Id", random);

    public static List<DataViewRowId> RowIds(this IDataView data)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        var ids = new List<DataViewRowId>();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id);
        }
        return ids;
    }
}
