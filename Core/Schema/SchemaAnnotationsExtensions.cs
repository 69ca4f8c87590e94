namespace MlPipeline.Core;

/// <summary>Reads well-known annotations of columns.</summary>
public static class SchemaAnnotationsExtensions
{
    /// <summary>Whether the column is a vector of known size and has a name for each slot.</summary>
    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { IsKnownSize: true } vector
        && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.SlotNames)?.Type
            is VectorDataViewType { ItemType: TextDataViewType } names
        && names.Size == vector.Size;

    /// <summary>Fetches the slot names.</summary>
    /// <exception cref="InvalidOperationException">The column has none.</exception>
    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.SlotNames, ref slotNames);

    /// <summary>Whether the column holds keys, or vectors of them, and tells what each stands for.</summary>
    public static bool HasKeyValues(this DataViewSchema.Column column) =>
        column.Type.GetItemType() is KeyDataViewType key
        && column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is VectorDataViewType values
        && (ulong)values.Size == key.Count;

    /// <summary>Fetches what the keys stand for, first key first.</summary>
    /// <exception cref="InvalidOperationException">The column has none, or of another type.</exception>
    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationUtils.Kinds.KeyValues, ref keyValues);

    /// <summary>Whether the column says that it is normalised.</summary>
    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.IsNormalized)?.Type is not BooleanDataViewType)
            return false;
        bool value = false;
        column.Annotations.GetValue(AnnotationUtils.Kinds.IsNormalized, ref value);
        return value;
    }
}
