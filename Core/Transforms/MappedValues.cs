namespace MlPipeline.Core;

/// <summary>The values of a map, numbered from 1; the number 0 stands for none of them.</summary>
internal abstract class MappedValues(DataViewType type, KeyValueList? keyValues)
{
    /// <summary>The type of each value: primitive, or a vector.</summary>
    public DataViewType Type => type;

    /// <summary>What the values stand for, where they are keys.</summary>
    public KeyValueList? KeyValues => keyValues;

    public abstract int Count { get; }

    public static MappedValues Create<T>(DataViewSchema.Column column, List<T> values) =>
        column.Type is VectorDataViewType vector
            ? (MappedValues)GenericCall.Invoke(
                typeof(MappedValues), null, nameof(OfVectors), [vector.ItemType.RawType], column, values)
            : new Scalars<T>(column.Type, KeyValueList.Of(column), [.. values]);

    /// <summary>A getter of the value whose number another getter gives, or of a vector of them.</summary>
    public abstract Delegate CreateGetter(Delegate numbers);

    public void Save(BinaryWriter writer)
    {
        TypeIO.Write(writer, type);
        writer.Write(keyValues != null);
        keyValues?.Save(writer);
        SaveValues(writer);
    }

    public static MappedValues Load(ModelLoadContext ctx)
    {
        DataViewType type = TypeIO.Read(ctx.Reader);
        KeyValueList? keyValues = ctx.Reader.ReadBoolean() ? KeyValueList.Load(ctx) : null;
        return (MappedValues)GenericCall.Invoke(
            typeof(MappedValues), null, type is VectorDataViewType ? nameof(LoadVectors) : nameof(LoadScalars),
            [type.GetItemType().RawType], ctx, type, keyValues);
    }

    protected abstract void SaveValues(BinaryWriter writer);

    private static Vectors<T> OfVectors<T>(DataViewSchema.Column column, List<VBuffer<T>> values) =>
        new((VectorDataViewType)column.Type, KeyValueList.Of(column), [.. values.Select(value => value.DenseValues().ToArray())]);

    private static Scalars<T> LoadScalars<T>(ModelLoadContext ctx, DataViewType type, KeyValueList? keyValues) =>
        new(type, keyValues, TypeIO.ReadValues<T>(ctx));

    private static Vectors<T> LoadVectors<T>(ModelLoadContext ctx, VectorDataViewType type, KeyValueList? keyValues)
    {
        var values = new T[ctx.ReadCount(sizeof(int))][];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = TypeIO.ReadValues<T>(ctx);
            ctx.Check(!type.IsKnownSize || values[i].Length == type.Size, $"a vector of {values[i].Length} in {type}");
        }

        return new Vectors<T>(type, keyValues, values);
    }

    private sealed class Scalars<T>(DataViewType type, KeyValueList? keyValues, T[] values) : MappedValues(type, keyValues)
    {
        public override int Count => values.Length;

        public override Delegate CreateGetter(Delegate numbers) => numbers switch
        {
            ValueGetter<uint> number => Getter(number),
            ValueGetter<VBuffer<uint>> vector => VectorGetter(vector),
            _ => throw new ArgumentException("Numbers are uint, or vectors of them.", nameof(numbers)),
        };

        protected override void SaveValues(BinaryWriter writer) => TypeIO.WriteValues(writer, values);

        private ValueGetter<T> Getter(ValueGetter<uint> numbers)
        {
            uint number = 0;
            return (ref T value) =>
            {
                numbers(ref number);
                value = At(number);
            };
        }

        private ValueGetter<VBuffer<T>> VectorGetter(ValueGetter<VBuffer<uint>> numbers)
        {
            VBuffer<uint> buffer = default;
            return (ref VBuffer<T> value) =>
            {
                numbers(ref buffer);
                VBufferEditor<T> editor = VBufferEditor.Create(ref value, buffer.Length);
                foreach ((int slot, uint number) in buffer.Items(all: true))
                    editor.Values[slot] = At(number);
                value = editor.Commit();
            };
        }

        private T At(uint number) => number == 0 ? default! : values[number - 1];
    }

    private sealed class Vectors<T>(VectorDataViewType type, KeyValueList? keyValues, T[][] values)
        : MappedValues(type, keyValues)
    {
        // A type of known size has no empty vector.
        private readonly T[] _none = new T[type.Size];

        public override int Count => values.Length;

        public override Delegate CreateGetter(Delegate numbers)
        {
            var getter = (ValueGetter<uint>)numbers;
            uint number = 0;
            return (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
            {
                getter(ref number);
                T[] items = number == 0 ? _none : values[number - 1];
                VBuffer<T>.Copy(items, 0, ref value, items.Length);
            });
        }

        protected override void SaveValues(BinaryWriter writer)
        {
            writer.Write(values.Length);
            foreach (T[] items in values)
                TypeIO.WriteValues(writer, items);
        }
    }
}
