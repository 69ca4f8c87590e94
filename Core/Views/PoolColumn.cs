using System.Reflection;

namespace MlPipeline.Core;

/// <summary>Values of one column, copied out of a cursor into numbered slots.</summary>
internal abstract class PoolColumn
{
    public static PoolColumn Create(DataViewRow row, DataViewSchema.Column column) =>
        typeof(PoolColumn).GetMethod(nameof(Make), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, PoolColumn>>()(row, column);

    /// <summary>Takes the row's current value into a slot.</summary>
    public abstract void Set(int slot);

    private static PoolColumn<T> Make<T>(DataViewRow row, DataViewSchema.Column column) =>
        new(row.GetGetter<T>(column), ValueCopier.For<T>(column.Type));
}

/// <inheritdoc cref="PoolColumn"/>
internal sealed class PoolColumn<T>(ValueGetter<T> getter, ValueCopier<T>? copier) : PoolColumn
{
    private T[] _slots = [];

    public override void Set(int slot)
    {
        if (slot >= _slots.Length)
            Array.Resize(ref _slots, Math.Max(slot + 1, 2 * _slots.Length));
        // What cannot be copied was handed out, and belongs to whoever took it: the getter must make another.
        if (copier == null)
            _slots[slot] = default!;
        getter(ref _slots[slot]);
    }

    public void Get(int slot, ref T value)
    {
        if (copier == null)
            value = _slots[slot];
        else
            copier(in _slots[slot], ref value);
    }
}
