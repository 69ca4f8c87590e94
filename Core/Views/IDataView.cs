namespace MlPipeline.Core;

/// <summary>
/// Rows and columns, lazily: nothing is computed before a cursor asks for it, and then only the columns it named.
/// A data view never changes; every pass over it gives the same rows.
/// </summary>
public interface IDataView
{
    /// <summary>The columns.</summary>
    DataViewSchema Schema { get; }

    /// <summary>Whether cursors may give the rows in another order when they get a random source.</summary>
    bool CanShuffle { get; }

    /// <summary>The number of rows, or null when only a pass would tell.</summary>
    long? GetRowCount();

    /// <summary>A cursor in which the named columns are active.</summary>
    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null);

    /// <summary>Up to <paramref name="n"/> cursors that share the rows between them, for use on several threads.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null);
}
