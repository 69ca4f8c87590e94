using System.Reflection;
using System.Text;

namespace MlPipeline.Core;

/// <summary>
/// Schemas as bytes: count, then per column its name, type and annotations (a schema and, per column of it, the value).
/// Columns of structured types other than vectors cannot be described and are left out.
/// </summary>
internal static class SchemaIO
{
    // Deeper than any real schema: annotations of annotations are rare, and of those unheard of.
    private const int MaxDepth = 8;

    public static byte[] ToBytes(Host host, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
            Write(host, writer, schema);
        return stream.ToArray();
    }

    public static DataViewSchema Parse(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes, writable: false), Encoding.UTF8);
        DataViewSchema schema = Read(reader, 0);
        Check(reader.BaseStream.Position == reader.BaseStream.Length, "bytes after its end");
        return schema;
    }

    private static void Write(Host host, BinaryWriter writer, DataViewSchema schema)
    {
        DataViewSchema.Column[] kept = schema.Where(column => TypeIO.CanWrite(column.Type)).ToArray();
        foreach (DataViewSchema.Column column in schema.Except(kept))
            host.Warning(
                "Model", $"Column '{column.Name}' of type {column.Type} cannot be described in a saved schema and is left out.");
        writer.Write(kept.Length);
        foreach (DataViewSchema.Column column in kept)
        {
            writer.Write(column.Name);
            TypeIO.Write(writer, column.Type);
            DataViewSchema annotations = column.Annotations.Schema;
            DataViewSchema.Column[] kinds = annotations.Where(kind => !kind.IsHidden && TypeIO.CanWrite(kind.Type)).ToArray();
            writer.Write(kinds.Length);
            foreach (DataViewSchema.Column kind in kinds)
            {
                writer.Write(kind.Name);
                TypeIO.Write(writer, kind.Type);
                Invoke(nameof(WriteAnnotation), kind.Type, writer, column.Annotations, kind);
            }
        }
    }

    private static DataViewSchema Read(BinaryReader reader, int depth)
    {
        Check(depth < MaxDepth, "it is nested too deep");
        var columns = new DataViewSchema.DetachedColumn[ReadCount(reader)];
        for (int i = 0; i < columns.Length; i++)
        {
            string name = reader.ReadString();
            Check(name.Length > 0, "a column without a name");
            DataViewType type = TypeIO.Read(reader);
            var annotations = new DataViewSchema.Annotations.Builder();
            int kinds = ReadCount(reader);
            for (int k = 0; k < kinds; k++)
            {
                string kind = reader.ReadString();
                Check(kind.Length > 0, "an annotation without a name");
                DataViewType kindType = TypeIO.Read(reader);
                Invoke(nameof(ReadAnnotation), kindType, reader, annotations, kind, kindType);
            }
            columns[i] = new DataViewSchema.DetachedColumn(name, type, annotations.ToAnnotations());
        }
        return DataViewSchema.FromDetached(columns);
    }

    private static void Invoke(string method, DataViewType type, params object[] arguments)
    {
        MethodInfo generic = typeof(SchemaIO).GetMethod(
            method + (type is VectorDataViewType ? "Vector" : ""), BindingFlags.NonPublic | BindingFlags.Static)!;
        generic.MakeGenericMethod(type.GetItemType().RawType)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
    }

    private static void WriteAnnotation<T>(
        BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default!;
        annotations.GetGetter<T>(kind)(ref value);
        TypeIO.WriteValue(writer, value);
    }

    private static void WriteAnnotationVector<T>(
        BinaryWriter writer, DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        VBuffer<T> value = default;
        annotations.GetGetter<VBuffer<T>>(kind)(ref value);
        writer.Write(value.Length);
        foreach (T item in value.DenseValues())
            TypeIO.WriteValue(writer, item);
    }

    private static void ReadAnnotation<T>(
        BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, PrimitiveDataViewType type) =>
        annotations.AddPrimitiveValue(kind, type, TypeIO.ReadValue<T>(reader));

    private static void ReadAnnotationVector<T>(
        BinaryReader reader, DataViewSchema.Annotations.Builder annotations, string kind, VectorDataViewType type)
    {
        var values = new T[ReadCount(reader)];
        Check(
            !type.IsKnownSize || type.Size == values.Length,
            $"annotation '{kind}' has {values.Length} items instead of {type.Size}");
        for (int i = 0; i < values.Length; i++)
            values[i] = TypeIO.ReadValue<T>(reader);
        annotations.Add<VBuffer<T>>(kind, type, (ref VBuffer<T> target) => VBuffer<T>.Copy(values, 0, ref target, values.Length));
    }

    private static int ReadCount(BinaryReader reader)
    {
        int count = reader.ReadInt32();
        Check(count >= 0 && count <= reader.BaseStream.Length - reader.BaseStream.Position, $"a count of {count}");
        return count;
    }

    private static void Check(bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException($"its schema is damaged: {what}.");
    }
}
