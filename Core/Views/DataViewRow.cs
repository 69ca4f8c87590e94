namespace MlPipeline.Core;

/// <summary>One row at a time; getters fetched once serve every row that follows.</summary>
public abstract class DataViewRow : IDisposable
{
    private bool _disposed;

    /// <summary>For deriving classes.</summary>
    protected DataViewRow()
    {
    }

    /// <summary>The number of the row in this pass, from 0; -1 before the first.</summary>
    public abstract long Position { get; }

    /// <summary>Which batch of rows this belongs to, when cursors of one set share the rows; else 0.</summary>
    public abstract long Batch { get; }

    /// <summary>The columns.</summary>
    public abstract DataViewSchema Schema { get; }

    /// <summary>Whether the column's values may be asked for.</summary>
    public abstract bool IsColumnActive(DataViewSchema.Column column);

    /// <summary>A getter of the column's value in the current row.</summary>
    /// <exception cref="InvalidOperationException"><typeparamref name="TValue"/> is not the column's raw type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The column is not active or not of this schema.</exception>
    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    /// <summary>A getter of the current row's id.</summary>
    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the row holds; called once.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
