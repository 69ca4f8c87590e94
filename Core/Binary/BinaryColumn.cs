namespace MlPipeline.Core;

/// <summary>The values of one column in a block of a binary file.</summary>
internal abstract class BinaryColumn
{
    /// <summary>A column of primitive values or of vectors of them.</summary>
    public static BinaryColumn Create(DataViewType type) => (BinaryColumn)GenericCall.Invoke(
        typeof(BinaryColumn), null, type is VectorDataViewType ? nameof(OfVectors) : nameof(OfScalars),
        [type.GetItemType().RawType], type);

    /// <summary>An action that writes the row's current value.</summary>
    public abstract Action<BinaryWriter> WriterOver(DataViewRow row, DataViewSchema.Column column);

    /// <summary>Reads the values of a block.</summary>
    /// <exception cref="InvalidDataException">They cannot be right.</exception>
    public abstract void Read(BinaryReader reader, int rows);

    /// <summary>A getter of the value in the row of the block that is asked for.</summary>
    public abstract Delegate CreateGetter(Func<int> row);

    private static Scalars<T> OfScalars<T>(DataViewType _) => new();

    private static Vectors<T> OfVectors<T>(VectorDataViewType type) => new(type);

    private static void Check(bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException(what);
    }

    private sealed class Scalars<T> : BinaryColumn
    {
        private T[] _values = [];

        public override Action<BinaryWriter> WriterOver(DataViewRow row, DataViewSchema.Column column)
        {
            ValueGetter<T> getter = row.GetGetter<T>(column);
            T value = default!;
            return writer =>
            {
                getter(ref value);
                TypeIO.WriteValue(writer, value);
            };
        }

        public override void Read(BinaryReader reader, int rows)
        {
            if (_values.Length < rows)
                _values = new T[rows];
            for (int i = 0; i < rows; i++)
                _values[i] = TypeIO.ReadValue<T>(reader);
        }

        public override Delegate CreateGetter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = _values[row()]);
    }

    // Each vector: its length, the number of values, and if those are fewer their indices; the values.
    private sealed class Vectors<T>(VectorDataViewType type) : BinaryColumn
    {
        private VBuffer<T>[] _values = [];

        public override Action<BinaryWriter> WriterOver(DataViewRow row, DataViewSchema.Column column)
        {
            ValueGetter<VBuffer<T>> getter = row.GetGetter<VBuffer<T>>(column);
            VBuffer<T> vector = default;
            return writer =>
            {
                getter(ref vector);
                ReadOnlySpan<T> values = vector.GetValues();
                writer.Write(vector.Length);
                writer.Write(values.Length);
                if (!vector.IsDense)
                {
                    foreach (int index in vector.GetIndices())
                        writer.Write(index);
                }

                foreach (T value in values)
                    TypeIO.WriteValue(writer, value);
            };
        }

        public override void Read(BinaryReader reader, int rows)
        {
            if (_values.Length < rows)
                Array.Resize(ref _values, rows);
            for (int i = 0; i < rows; i++)
                Read(reader, ref _values[i]);
        }

        public override Delegate CreateGetter(Func<int> row) =>
            (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) => _values[row()].CopyTo(ref value));

        private void Read(BinaryReader reader, ref VBuffer<T> vector)
        {
            int length = reader.ReadInt32();
            int count = reader.ReadInt32();
            Check(
                length >= 0 && count >= 0 && count <= length && (!type.IsKnownSize || length == type.Size),
                $"a vector of {length} items, {count} of them stored, where the type is {type}");
            Check(count <= reader.BaseStream.Length - reader.BaseStream.Position, $"{count} items in too few bytes");
            VBufferEditor<T> editor = VBufferEditor.Create(ref vector, length, count);
            if (count < length)
            {
                int last = -1;
                for (int i = 0; i < count; i++)
                {
                    int index = reader.ReadInt32();
                    Check(index > last && index < length, $"index {index} in a vector of {length} items");
                    editor.Indices[i] = last = index;
                }
            }

            for (int i = 0; i < count; i++)
                editor.Values[i] = TypeIO.ReadValue<T>(reader);
            vector = editor.Commit();
        }
    }
}
