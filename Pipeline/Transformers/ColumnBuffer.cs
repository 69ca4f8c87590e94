namespace MlPipeline.Pipeline.Transformers;

/// <summary>The values of one column over a block of rows, read ahead of the rows' use.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Makes the buffer of a column of a cursor.</summary>
    public static ColumnBuffer Create(DataViewRow source, DataViewSchema.Column column, int capacity) =>
        (ColumnBuffer)Activator.CreateInstance(typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType),
            source, column, capacity)!;

    /// <summary>Reads the current row's value.</summary>
    public abstract void Read(int slot);
}

/// <summary>The values of a column whose raw type is <typeparamref name="T"/>.</summary>
internal sealed class ColumnBuffer<T> : ColumnBuffer
{
    private readonly ValueGetter<T> _getter;

    public ColumnBuffer(DataViewRow source, DataViewSchema.Column column, int capacity)
    {
        _getter = source.GetGetter<T>(column);
        Values = new T[capacity];
    }

    public T[] Values { get; }

    public override void Read(int slot) => _getter(ref Values[slot]);
}
