namespace MlPipeline.Core;

/// <summary>The kinds of annotations that components agree on, and how to make and read them.</summary>
internal static class AnnotationUtils
{
    public static class Kinds
    {
        /// <summary>Names of a vector's slots.</summary>
        public const string SlotNames = "SlotNames";
        /// <summary>The values that keys stand for, first key first.</summary>
        public const string KeyValues = "KeyValues";
        /// <summary>Whether the column is normalised; a truth value.</summary>
        public const string IsNormalized = "IsNormalized";
        /// <summary>Kind of prediction the column belongs to, see <see cref="Const.ScoreColumnKind"/>.</summary>
        public const string ScoreColumnKind = "ScoreColumnKind";
        /// <summary>Number that ties the columns of one scorer together.</summary>
        public const string ScoreColumnSetId = "ScoreColumnSetId";
        /// <summary>What a score column holds, see <see cref="Const.ScoreValueKind"/>.</summary>
        public const string ScoreValueKind = "ScoreValueKind";
        /// <summary>Key values of the label that a multiclass model was trained with.</summary>
        public const string TrainingLabelValues = "TrainingLabelValues";
        /// <summary>Ranges of slots that are one-hot.</summary>
        public const string CategoricalSlotRanges = "CategoricalSlotRanges";
    }

    public static class Const
    {
        public static class ScoreColumnKind
        {
            public const string MulticlassClassification = "MulticlassClassification";
        }

        public static class ScoreValueKind
        {
            public const string Score = "Score";
            public const string PredictedLabel = "PredictedLabel";
        }
    }

    public static VectorDataViewType GetNamesType(int size) => new(TextDataViewType.Instance, size);

    public static KeyDataViewType ScoreColumnSetIdType { get; } = new(typeof(uint), int.MaxValue);

    /// <summary>Adds a vector-valued kind; the array is not copied and must not be changed afterwards.</summary>
    public static void AddVector<T>(
        this DataViewSchema.Annotations.Builder builder, string kind, PrimitiveDataViewType itemType, T[] values)
    {
        builder.Add(kind, new VectorDataViewType(itemType, values.Length),
            (ref VBuffer<T> target) => VBuffer<T>.Copy(values, 0, ref target, values.Length));
    }

    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, IEnumerable<string> names) =>
        builder.AddVector(Kinds.SlotNames, TextDataViewType.Instance, names.Select(name => name.AsMemory()).ToArray());

    public static void AddKeyValues(this DataViewSchema.Annotations.Builder builder, IEnumerable<string> values) =>
        builder.AddVector(Kinds.KeyValues, TextDataViewType.Instance, values.Select(value => value.AsMemory()).ToArray());

    public static void AddKeyValues<T>(
        this DataViewSchema.Annotations.Builder builder, PrimitiveDataViewType itemType, T[] values) =>
        builder.AddVector(Kinds.KeyValues, itemType, values);

    public static void AddText(this DataViewSchema.Annotations.Builder builder, string kind, string value) =>
        builder.AddPrimitiveValue(kind, TextDataViewType.Instance, value.AsMemory());

    /// <summary>The text of a kind, or null when the column has no such text.</summary>
    public static string? GetTextOrNull(this DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not TextDataViewType)
            return null;
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(kind, ref text);
        return text.ToString();
    }

    /// <summary>The strings of a text vector kind, or null when the column has no such.</summary>
    public static string[]? GetTextsOrNull(this DataViewSchema.Column column, string kind)
    {
        if (column.Annotations.Schema.GetColumnOrNull(kind)?.Type is not VectorDataViewType { ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> texts = default;
        column.Annotations.GetValue(kind, ref texts);
        return texts.DenseValues().Select(text => text.ToString()).ToArray();
    }

    // What shapes say of these kinds.
    public static SchemaShape.Column SlotNamesShape { get; } =
        new(Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);

    public static SchemaShape.Column KeyValuesShape(DataViewType itemType) =>
        new(Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, itemType, false);

    public static SchemaShape.Column IsNormalizedShape { get; } =
        new(Kinds.IsNormalized, SchemaShape.Column.VectorKind.Scalar, BooleanDataViewType.Instance, false);

    public static SchemaShape.Column ScalarShape(string kind, DataViewType itemType) =>
        new(kind, SchemaShape.Column.VectorKind.Scalar, itemType, false);

    /// <summary>The three kinds that every score column bears, as shapes.</summary>
    public static IEnumerable<SchemaShape.Column> ScoreColumnShapes { get; } =
    [
        new(Kinds.ScoreColumnSetId, SchemaShape.Column.VectorKind.Scalar, NumberDataViewType.UInt32, true),
        ScalarShape(Kinds.ScoreColumnKind, TextDataViewType.Instance),
        ScalarShape(Kinds.ScoreValueKind, TextDataViewType.Instance),
    ];
}
