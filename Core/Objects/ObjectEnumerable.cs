using System.Collections;

namespace MlPipeline.Core;

/// <summary>A data view's rows as objects, one pass per enumeration.</summary>
internal sealed class ObjectEnumerable<TRow>(IDataView data, ObjectWriter<TRow> writer, bool reuseRowObject) : IEnumerable<TRow>
    where TRow : class, new()
{
    public IEnumerator<TRow> GetEnumerator()
    {
        using DataViewRowCursor cursor = data.GetRowCursor(writer.Columns);
        Action<TRow> fill = writer.CreateFiller(cursor);
        TRow? reused = reuseRowObject ? new TRow() : null;
        while (cursor.MoveNext())
        {
            TRow row = reused ?? new TRow();
            fill(row);
            yield return row;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
