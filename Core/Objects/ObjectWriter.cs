using System.Reflection;

namespace MlPipeline.Core;

/// <summary>Rows of one schema as objects of a class: which column goes into which member.</summary>
internal sealed class ObjectWriter<TRow>
    where TRow : class
{
    private readonly List<(DataViewSchema.Column Column, MemberInfo Member)> _targets = [];

    /// <exception cref="ArgumentOutOfRangeException">A column is missing (unless ignored) or does not fit its member.</exception>
    public ObjectWriter(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition? definition)
    {
        definition ??= SchemaDefinition.Create(typeof(TRow), SchemaDefinition.Direction.Write);
        foreach (SchemaDefinition.Column wanted in definition)
        {
            MemberInfo member = ColumnMembers.Find(typeof(TRow), wanted.MemberName);
            string name = string.IsNullOrEmpty(wanted.ColumnName) ? member.Name : wanted.ColumnName;
            if (schema.GetColumnOrNull(name) is not DataViewSchema.Column column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw Errors.ColumnNotFound(name, $"member '{member.Name}' of {typeof(TRow).Name}", schema);
            }
            if (!ColumnMembers.IsWritable(member))
                throw new ArgumentException(
                    $"Member '{member.Name}' of {typeof(TRow).Name} cannot be written.", nameof(definition));
            if (!ColumnMembers.Fits(column.Type, member))
                throw new InvalidOperationException(
                    $"Can't bind the column '{name}' of type '{column.Type}' to member '{member.Name}' of type "
                        + $"'{ColumnMembers.TypeOf(member)}' of {typeof(TRow).Name}.");
            _targets.Add((column, member));
        }
    }

    /// <summary>The columns that the members need.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => _targets.Select(target => target.Column);

    /// <summary>
    /// Writes the row's current values into an object. Arrays and buffers that the object holds already are written into.
    /// </summary>
    public Action<TRow> CreateFiller(DataViewRow row)
    {
        Action<TRow>[] pokes = _targets.Select(target => CreatePoke(row, target.Column, target.Member)).ToArray();
        return target =>
        {
            foreach (Action<TRow> poke in pokes)
                poke(target);
        };
    }

    private static Action<TRow> CreatePoke(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        Type memberType = ColumnMembers.TypeOf(member);
        if (ColumnMembers.VectorItem(memberType) is Type item && column.Type is VectorDataViewType)
        {
            if (!memberType.IsArray)
                return Make(nameof(PokeValue), memberType, row, column, member);
            return item == typeof(string) ? PokeTexts(row, column, member) : Make(nameof(PokeArray), item, row, column, member);
        }
        return memberType == typeof(string)
            ? PokeText(row, column, member)
            : Make(nameof(PokeValue), memberType, row, column, member);
    }

    private static Action<TRow> Make(
        string method, Type type, DataViewRow row, DataViewSchema.Column column, MemberInfo member) =>
        typeof(ObjectWriter<TRow>).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type)
            .CreateDelegate<Func<DataViewRow, DataViewSchema.Column, MemberInfo, Action<TRow>>>()(row, column, member);

    // The value that the object holds is offered to the getter, so that each object keeps buffers of its own.
    private static Action<TRow> PokeValue<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<T> getter = row.GetGetter<T>(column);
        Func<TRow, T>? get = ColumnMembers.IsReadable(member) ? MemberAccess.Getter<TRow, T>(member) : null;
        Action<TRow, T> set = MemberAccess.Setter<TRow, T>(member);
        return target =>
        {
            T value = get == null ? default! : get(target);
            getter(ref value);
            set(target, value);
        };
    }

    private static Action<TRow> PokeText(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<ReadOnlyMemory<char>> getter = row.GetGetter<ReadOnlyMemory<char>>(column);
        Action<TRow, string> set = MemberAccess.Setter<TRow, string>(member);
        ReadOnlyMemory<char> text = default;
        return target =>
        {
            getter(ref text);
            set(target, text.ToString());
        };
    }

    private static Action<TRow> PokeArray<T>(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
        Func<TRow, T[]?>? get = ColumnMembers.IsReadable(member) ? MemberAccess.Getter<TRow, T[]?>(member) : null;
        Action<TRow, T[]> set = MemberAccess.Setter<TRow, T[]>(member);
        VBuffer<T> buffer = default;
        return target =>
        {
            getter(ref buffer);
            T[] array = Sized(get?.Invoke(target), buffer.Length);
            buffer.CopyTo(array);
            set(target, array);
        };
    }

    private static Action<TRow> PokeTexts(DataViewRow row, DataViewSchema.Column column, MemberInfo member)
    {
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter = row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        Func<TRow, string[]?>? get = ColumnMembers.IsReadable(member) ? MemberAccess.Getter<TRow, string[]?>(member) : null;
        Action<TRow, string[]> set = MemberAccess.Setter<TRow, string[]>(member);
        VBuffer<ReadOnlyMemory<char>> buffer = default;
        return target =>
        {
            getter(ref buffer);
            string[] array = Sized(get?.Invoke(target), buffer.Length);
            foreach (KeyValuePair<int, ReadOnlyMemory<char>> item in buffer.Items(all: true))
                array[item.Key] = item.Value.ToString();
            set(target, array);
        };
    }

    private static T[] Sized<T>(T[]? array, int length) => array?.Length == length ? array : length == 0 ? [] : new T[length];
}
