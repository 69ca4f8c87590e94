namespace MlPipeline.Core;

/// <summary>What the keys of a column stand for, apart from the column.</summary>
internal abstract class KeyValueList
{
    public abstract PrimitiveDataViewType ItemType { get; }

    /// <summary>The key values of a column; null when it has none.</summary>
    public static KeyValueList? Of(DataViewSchema.Column label)
    {
        if (!label.HasKeyValues())
            return null;
        var type = (VectorDataViewType)label.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type;
        return Call(nameof(Copy), type.ItemType, label, type.ItemType);
    }

    /// <summary>Adds the values as an annotation of that kind.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder, string kind);

    public void Save(BinaryWriter writer)
    {
        TypeIO.Write(writer, ItemType);
        SaveValues(writer);
    }

    public static KeyValueList Load(ModelLoadContext ctx) => Load(ctx, TypeIO.ReadItemType(ctx));

    public static KeyValueList LoadFirstLayout(ModelLoadContext ctx) =>
        Load(ctx, DataViewTypeExtensions.FromKind(ctx.ReadEnum<DataKind>()));

    protected abstract void SaveValues(BinaryWriter writer);

    private static KeyValueList Load(ModelLoadContext ctx, PrimitiveDataViewType type) =>
        Call(nameof(LoadValues), type, ctx, type);

    private static KeyValueList Call(string method, PrimitiveDataViewType type, params object[] arguments) =>
        (KeyValueList)GenericCall.Invoke(typeof(KeyValueList), null, method, [type.RawType], arguments);

    private static Typed<T> LoadValues<T>(ModelLoadContext ctx, PrimitiveDataViewType type) =>
        new(type, TypeIO.ReadValues<T>(ctx));

    private static Typed<T> Copy<T>(DataViewSchema.Column label, PrimitiveDataViewType type)
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

    private sealed class Typed<T>(PrimitiveDataViewType type, T[] values) : KeyValueList
    {
        public override PrimitiveDataViewType ItemType => type;

        public override void AddTo(DataViewSchema.Annotations.Builder builder, string kind) =>
            builder.AddVector(kind, type, values);

        protected override void SaveValues(BinaryWriter writer) => TypeIO.WriteValues(writer, values);
    }
}
