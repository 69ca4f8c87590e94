using System.Collections.Immutable;

namespace MlPipeline.Core;

/// <summary>The first rows of a data view, read at once: by rows and by columns. See <see cref="DebuggerExtensions"/>.</summary>
public sealed partial class DataDebuggerPreview
{
    internal DataDebuggerPreview(IDataView data, int maxRows)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxRows);
        Schema = data.Schema;
        var rows = new List<object[]>();
        using (DataViewRowCursor cursor = data.GetRowCursor(Schema))
        {
            Func<object>[] readers = Schema.Select(column => (Func<object>)GenericCall.Invoke(
                typeof(DataDebuggerPreview), null, nameof(Reader), [column.Type.RawType], cursor, column)).ToArray();
            while (rows.Count < maxRows && cursor.MoveNext())
                rows.Add(Array.ConvertAll(readers, reader => reader()));
        }

        RowView = [.. rows.Select(values => new RowInfo(Schema, values))];
        ColumnView = [.. Schema.Select(column => new ColumnInfo(column, [.. rows.Select(values => values[column.Index])]))];
    }

    /// <summary>The columns, hidden ones too.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The values column by column.</summary>
    public ImmutableArray<ColumnInfo> ColumnView { get; }

    /// <summary>The values row by row.</summary>
    public ImmutableArray<RowInfo> RowView { get; }

    /// <summary>How many columns and rows there are.</summary>
    public override string ToString() => $"{Schema.Count} columns, {RowView.Length} rows";

    private static Func<object> Reader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value!;
        };
    }
}
