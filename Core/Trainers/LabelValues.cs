using System.Reflection;

namespace MlPipeline.Core;

/// <summary>What the keys of the training label stood for.</summary>
internal abstract class LabelValues
{
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>The key values of a column; null when it has none.</summary>
    public static LabelValues? Of(DataViewSchema.Column label)
    {
        if (!label.HasKeyValues())
            return null;

        var type = (VectorDataViewType)label.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type;
        MethodInfo read = typeof(LabelValues).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type.ItemType.RawType);
        return (LabelValues)read.Invoke(null, [label, type.ItemType])!;
    }

    /// <summary>Adds the values as an annotation of that kind.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder, string kind);

    public abstract void Save(BinaryWriter writer);

    public static LabelValues Load(ModelLoadContext ctx)
    {
        DataKind kind = ctx.ReadEnum<DataKind>();
        PrimitiveDataViewType type = DataViewTypeExtensions.FromKind(kind);
        if (type is TextDataViewType)
        {
            var texts = new ReadOnlyMemory<char>[ctx.ReadCount()];
            for (int i = 0; i < texts.Length; i++)
                texts[i] = ctx.Reader.ReadString().AsMemory();
            return new Typed<ReadOnlyMemory<char>>(type, texts);
        }

        return kind switch
        {
            DataKind.SByte => Numbers<sbyte>(ctx, type),
            DataKind.Byte => Numbers<byte>(ctx, type),
            DataKind.Int16 => Numbers<short>(ctx, type),
            DataKind.UInt16 => Numbers<ushort>(ctx, type),
            DataKind.Int32 => Numbers<int>(ctx, type),
            DataKind.UInt32 => Numbers<uint>(ctx, type),
            DataKind.Int64 => Numbers<long>(ctx, type),
            DataKind.UInt64 => Numbers<ulong>(ctx, type),
            DataKind.Single => Numbers<float>(ctx, type),
            DataKind.Double => Numbers<double>(ctx, type),
            DataKind.Boolean => Numbers<bool>(ctx, type),
            _ => throw ctx.Corrupt($"label values of kind {kind}"),
        };
    }

    private static Typed<T> Numbers<T>(ModelLoadContext ctx, PrimitiveDataViewType type)
        where T : unmanaged => new(type, ctx.ReadArray<T>());

    private static Typed<T> Read<T>(DataViewSchema.Column label, PrimitiveDataViewType type)
    {
        VBuffer<T> values = default;
        label.GetKeyValues(ref values);
        T[] dense = [.. values.DenseValues()];

        // Texts may lie in a buffer of the source: keep them apart from it.
        if (dense is ReadOnlyMemory<char>[] texts)
        {
            for (int i = 0; i < texts.Length; i++)
                texts[i] = texts[i].ToString().AsMemory();
        }

        return new Typed<T>(type, dense);
    }

    private sealed class Typed<T>(PrimitiveDataViewType type, T[] values) : LabelValues
    {
        public override PrimitiveDataViewType ItemType => type;

        public override void AddTo(DataViewSchema.Annotations.Builder builder, string kind) => builder.AddVector(kind, type, values);

        public override void Save(BinaryWriter writer)
        {
            DataKind kind = Enum.GetValues<DataKind>().FirstOrDefault(k => type.Equals(DataViewTypeExtensions.FromKind(k)));
            writer.Write((int)kind);
            switch (values)
            {
                case ReadOnlyMemory<char>[] texts:
                    writer.Write(texts.Length);
                    foreach (ReadOnlyMemory<char> text in texts)
                        writer.Write(text.ToString());
                    break;
                case sbyte[] or byte[] or short[] or ushort[] or int[] or uint[] or long[] or ulong[] or float[] or double[] or bool[]:
                    writer.Write(values.Length);
                    var bytes = new byte[Buffer.ByteLength(values)];
                    Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
                    writer.Write(bytes);
                    break;
                default:
                    throw new NotSupportedException($"Label values of type {type} cannot be saved.");
            }
        }
    }
}
