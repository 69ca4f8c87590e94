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
        return Call(nameof(Copy), type.ItemType, label, type.ItemType);
    }

    /// <summary>Adds the values as an annotation of that kind.</summary>
    public abstract void AddTo(DataViewSchema.Annotations.Builder builder, string kind);

    public void Save(BinaryWriter writer)
    {
        TypeIO.Write(writer, ItemType);
        SaveValues(writer);
    }

    public static LabelValues Load(ModelLoadContext ctx)
    {
        PrimitiveDataViewType type = ctx.Version > 1
            ? TypeIO.ReadItemType(ctx)
            : DataViewTypeExtensions.FromKind(ctx.ReadEnum<DataKind>());
        return Call(nameof(LoadValues), type, ctx, type);
    }

    protected abstract void SaveValues(BinaryWriter writer);

    private static LabelValues Call(string method, PrimitiveDataViewType type, params object[] arguments) =>
        (LabelValues)GenericCall.Invoke(typeof(LabelValues), null, method, [type.RawType], arguments);

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

    private sealed class Typed<T>(PrimitiveDataViewType type, T[] values) : LabelValues
    {
        public override PrimitiveDataViewType ItemType => type;

        public override void AddTo(DataViewSchema.Annotations.Builder builder, string kind) =>
            builder.AddVector(kind, type, values);

        protected override void SaveValues(BinaryWriter writer) => TypeIO.WriteValues(writer, values);
    }
}
