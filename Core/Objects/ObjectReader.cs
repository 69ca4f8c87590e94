using System.Reflection;

namespace MlPipeline.Core;

/// <summary>Writes one member of an object into a value, re-using the value's buffers.</summary>
internal delegate void Peek<in TRow, TValue>(TRow row, ref TValue value);

/// <summary>Objects of a class as rows: the schema and a compiled read per column.</summary>
internal sealed class ObjectReader<TRow>
    where TRow : class
{
    private readonly Delegate[] _peeks;

    public ObjectReader(SchemaDefinition? definition)
    {
        IReadOnlyList<MemberBinding> bindings = MemberBinding.Resolve(typeof(TRow), definition, SchemaDefinition.Direction.Read);
        foreach (MemberBinding binding in bindings)
        {
            if (!ColumnMembers.IsReadable(binding.Member))
                throw new ArgumentException(
                    $"Member '{binding.Member.Name}' of {typeof(TRow).Name} cannot be read.", nameof(definition));
        }
        Schema = DataViewSchema.FromDetached(bindings
            .Select(binding => new DataViewSchema.DetachedColumn(binding.ColumnName, binding.ColumnType, binding.Annotations))
            .ToArray());
        _peeks = bindings.Select(CreatePeek).ToArray();
    }

    public DataViewSchema Schema { get; }

    /// <summary>A getter over whatever object the holder holds.</summary>
    public ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column, RowHolder<TRow> holder)
    {
        var peek = _peeks[column.Index] as Peek<TRow, TValue>
            ?? throw Errors.GetterType(column.Name, Schema[column.Index].Type, typeof(TValue));
        return (ref TValue value) => peek(holder.Require(), ref value);
    }

    /// <summary>
    /// A getter whose type is known at run time only, over whatever object the holder holds after <paramref name="refresh"/>.
    /// </summary>
    public Delegate CreateGetter(DataViewSchema.Column column, RowHolder<TRow> holder, Action refresh) =>
        typeof(ObjectReader<TRow>).GetMethod(nameof(RefreshingGetter), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(column.Type.RawType)
            .CreateDelegate<Func<Delegate, RowHolder<TRow>, Action, Delegate>>()(_peeks[column.Index], holder, refresh);

    private static ValueGetter<TValue> RefreshingGetter<TValue>(Delegate peek, RowHolder<TRow> holder, Action refresh)
    {
        var typed = (Peek<TRow, TValue>)peek;
        return (ref TValue value) =>
        {
            refresh();
            typed(holder.Require(), ref value);
        };
    }

    private static Delegate CreatePeek(MemberBinding binding)
    {
        Type memberType = ColumnMembers.TypeOf(binding.Member);
        if (ColumnMembers.VectorItem(memberType) is Type item)
        {
            if (!memberType.IsArray)
                return Make(nameof(PeekBuffer), item, binding);
            return item == typeof(string) ? PeekTexts(binding) : Make(nameof(PeekArray), item, binding);
        }
        return memberType == typeof(string) ? PeekText(binding) : Make(nameof(PeekValue), memberType, binding);
    }

    private static Delegate Make(string method, Type type, MemberBinding binding) =>
        typeof(ObjectReader<TRow>).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).CreateDelegate<Func<MemberBinding, Delegate>>()(binding);

    private static Peek<TRow, T> PeekValue<T>(MemberBinding binding)
    {
        Func<TRow, T> get = MemberAccess.Getter<TRow, T>(binding.Member);
        return (TRow row, ref T value) => value = get(row);
    }

    private static Peek<TRow, ReadOnlyMemory<char>> PeekText(MemberBinding binding)
    {
        Func<TRow, string?> get = MemberAccess.Getter<TRow, string?>(binding.Member);
        return (TRow row, ref ReadOnlyMemory<char> value) => value = get(row).AsMemory();
    }

    private static Peek<TRow, VBuffer<T>> PeekArray<T>(MemberBinding binding)
    {
        Func<TRow, T[]?> get = MemberAccess.Getter<TRow, T[]?>(binding.Member);
        return (TRow row, ref VBuffer<T> value) =>
        {
            T[]? array = get(row);
            CheckLength(binding, array?.Length ?? 0);
            VBuffer<T>.Copy(array ?? [], 0, ref value, array?.Length ?? 0);
        };
    }

    private static Peek<TRow, VBuffer<ReadOnlyMemory<char>>> PeekTexts(MemberBinding binding)
    {
        Func<TRow, string?[]?> get = MemberAccess.Getter<TRow, string?[]?>(binding.Member);
        return (TRow row, ref VBuffer<ReadOnlyMemory<char>> value) =>
        {
            string?[] array = get(row) ?? [];
            CheckLength(binding, array.Length);
            VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, array.Length);
            for (int i = 0; i < array.Length; i++)
                editor.Values[i] = array[i].AsMemory();
            value = editor.Commit();
        };
    }

    private static Peek<TRow, VBuffer<T>> PeekBuffer<T>(MemberBinding binding)
    {
        Func<TRow, VBuffer<T>> get = MemberAccess.Getter<TRow, VBuffer<T>>(binding.Member);
        return (TRow row, ref VBuffer<T> value) =>
        {
            VBuffer<T> buffer = get(row);
            CheckLength(binding, buffer.Length);
            buffer.CopyTo(ref value);
        };
    }

    private static void CheckLength(MemberBinding binding, int length)
    {
        int size = ((VectorDataViewType)binding.ColumnType).Size;
        if (size > 0 && length != size)
            throw new InvalidOperationException(
                $"Column '{binding.ColumnName}' of type {binding.ColumnType} needs {size} items, but member "
                    + $"'{binding.Member.Name}' has {length}.");
    }
}

/// <summary>The object that a row's getters read at the moment.</summary>
internal sealed class RowHolder<TRow>
    where TRow : class
{
    public TRow? Current { get; set; }

    public TRow Require() => Current ?? throw Errors.NotMoved("A value was asked for");
}
