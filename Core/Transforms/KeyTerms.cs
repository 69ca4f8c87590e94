namespace MlPipeline.Core;

/// <summary>What the keys of one column stand for, first key first.</summary>
internal abstract class KeyTerms
{
    protected KeyTerms(PrimitiveDataViewType itemType) => ItemType = itemType;

    /// <summary>The item type of the column that is mapped.</summary>
    public PrimitiveDataViewType ItemType { get; }

    public abstract int Count { get; }

    /// <summary>The type of the keys; a key type cannot have no keys at all, so it has one where there are no terms.</summary>
    public KeyDataViewType KeyType => new(typeof(uint), Math.Max(1, Count));

    /// <summary>Whether items of a type can be looked up; keys may be of another count.</summary>
    public bool Takes(DataViewType item) => item.Equals(ItemType)
        || (item is KeyDataViewType && ItemType is KeyDataViewType && item.RawType == ItemType.RawType);

    /// <summary>A getter of the key, or vector of keys, of a column's value.</summary>
    public abstract Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column);

    /// <summary>Adds the terms as the key values; those of the source's keys where it is a key column that has them.</summary>
    public abstract void Annotate(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column source, bool asText);

    public void Save(BinaryWriter writer)
    {
        TypeIO.Write(writer, ItemType);
        SaveTerms(writer);
    }

    public static KeyTerms Load(ModelLoadContext ctx) => Load(ctx, TypeIO.ReadItemType(ctx));

    public static KeyTerms LoadFirstLayout(ModelLoadContext ctx) => Load(ctx, TypeIO.ReadItemKind(ctx));

    protected abstract void SaveTerms(BinaryWriter writer);

    private static KeyTerms Load(ModelLoadContext ctx, PrimitiveDataViewType type) =>
        (KeyTerms)GenericCall.Invoke(typeof(KeyTerms), null, nameof(LoadTerms), [type.RawType], ctx, type);

    private static KeyTerms<T> LoadTerms<T>(ModelLoadContext ctx, PrimitiveDataViewType type)
        where T : notnull
    {
        T[] terms = TypeIO.ReadValues<T>(ctx);
        ctx.Check(terms.Distinct(TermComparer.For<T>()).Count() == terms.Length, "a term that stands for two keys");
        return new KeyTerms<T>(type, terms);
    }
}

/// <inheritdoc/>
internal sealed class KeyTerms<T> : KeyTerms
    where T : notnull
{
    private readonly T[] _terms;
    private readonly Dictionary<T, uint> _keys;

    public KeyTerms(PrimitiveDataViewType itemType, T[] terms)
        : base(itemType)
    {
        _terms = terms;
        _keys = new Dictionary<T, uint>(terms.Length, TermComparer.For<T>());
        for (int i = 0; i < terms.Length; i++)
            _keys.Add(terms[i], (uint)i + 1);
    }

    public override int Count => _terms.Length;

    public override Delegate CreateGetter(DataViewRow input, DataViewSchema.Column column) =>
        column.Type is VectorDataViewType
            ? VectorGetter(input.GetGetter<VBuffer<T>>(column))
            : ScalarGetter(input.GetGetter<T>(column));

    public override void Annotate(DataViewSchema.Annotations.Builder builder, DataViewSchema.Column source, bool asText)
    {
        if (_terms.Length == 0)
            return;
        if (ItemType is KeyDataViewType && source.HasKeyValues())
        {
            var type = (VectorDataViewType)source.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type;
            GenericCall.Invoke(
                typeof(KeyTerms<T>), this, nameof(AnnotateThrough), [type.ItemType.RawType], builder, source, type.ItemType);
        }
        else if (asText)
        {
            builder.AddKeyValues(_terms.Select(PrimitiveText.Format));
        }
        else
        {
            builder.AddKeyValues(ItemType, _terms);
        }
    }

    protected override void SaveTerms(BinaryWriter writer) => TypeIO.WriteValues(writer, _terms);

    private object? AnnotateThrough<TValue>(
        DataViewSchema.Annotations.Builder builder, DataViewSchema.Column source, PrimitiveDataViewType type)
    {
        VBuffer<TValue> values = default;
        source.GetKeyValues(ref values);
        ValueConversion.Converter<T, ulong> number = ValueConversion.Get<T, ulong>();
        builder.AddKeyValues(type, Array.ConvertAll(
            _terms, term => number(term) - 1 < (ulong)values.Length ? values.GetItemOrDefault((int)number(term) - 1) : default!));
        return null;
    }

    private ValueGetter<uint> ScalarGetter(ValueGetter<T> source)
    {
        T value = default!;
        return (ref uint key) =>
        {
            source(ref value);
            key = _keys.GetValueOrDefault(value);
        };
    }

    private ValueGetter<VBuffer<uint>> VectorGetter(ValueGetter<VBuffer<T>> source)
    {
        uint keyOfDefault = _keys.GetValueOrDefault(default!);
        VBuffer<T> buffer = default;
        return (ref VBuffer<uint> destination) =>
        {
            source(ref buffer);
            ReadOnlySpan<T> values = buffer.GetValues();
            ReadOnlySpan<int> indices = buffer.GetIndices();
            bool sparse = !buffer.IsDense && keyOfDefault == 0;
            VBufferEditor<uint> editor =
                VBufferEditor.Create(ref destination, buffer.Length, sparse ? values.Length : buffer.Length);
            if (sparse)
                indices.CopyTo(editor.Indices);
            else if (!buffer.IsDense)
                editor.Values.Fill(keyOfDefault);
            for (int i = 0; i < values.Length; i++)
                editor.Values[sparse || buffer.IsDense ? i : indices[i]] = _keys.GetValueOrDefault(values[i]);
            destination = editor.Commit();
        };
    }
}
