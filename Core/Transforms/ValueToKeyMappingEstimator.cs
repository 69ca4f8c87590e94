namespace MlPipeline.Core;

/// <summary>
/// Learns, in one pass, the distinct values of columns (scalars or vectors of any primitive type) and numbers them from 1. Values
/// not seen, and missing ones (empty text, NaN, the key 0), become the key 0. What the keys stand for is kept as key values.
/// </summary>
public sealed class ValueToKeyMappingEstimator : IEstimator<ValueToKeyMappingTransformer>
{
    internal const string Expected = "a primitive type or a vector of one";

    private readonly Host _host;
    private readonly (string OutputColumnName, string InputColumnName)[] _columns;
    private readonly int _maximumNumberOfKeys;
    private readonly KeyOrdinality _keyOrdinality;
    private readonly bool _asText;
    private readonly IDataView? _keyData;

    internal ValueToKeyMappingEstimator(
        Host host, (string OutputColumnName, string InputColumnName)[] columns, int maximumNumberOfKeys,
        KeyOrdinality keyOrdinality, bool addKeyValueAnnotationsAsText, IDataView? keyData)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumNumberOfKeys);
        if (!Enum.IsDefined(keyOrdinality))
            throw new ArgumentOutOfRangeException(nameof(keyOrdinality), keyOrdinality, "Not an order of keys.");
        if (keyData is not null && keyData.Schema.Count(column => !column.IsHidden) != 1)
            throw new ArgumentException($"The key data must have one column; it has {keyData.Schema}.", nameof(keyData));
        _host = host;
        _columns = columns;
        _maximumNumberOfKeys = maximumNumberOfKeys;
        _keyOrdinality = keyOrdinality;
        _asText = addKeyValueAnnotationsAsText;
        _keyData = keyData;
    }

    /// <summary>The order in which values are numbered.</summary>
    public enum KeyOrdinality : byte
    {
        /// <summary>In the order in which they first occur.</summary>
        ByOccurrence = 0,

        /// <summary>In their own order; text by character code.</summary>
        ByValue = 1,
    }

    /// <summary>Learns the values from the data, in one pass over all columns, or from the key data if there is any.</summary>
    public ValueToKeyMappingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = Array.ConvertAll(
            _columns, pair => Check(input.Schema.Require(pair.InputColumnName, nameof(ValueToKeyMappingEstimator))));
        return new ValueToKeyMappingTransformer(
            _host, _columns, _keyData is null ? Learn(input, sources) : Given(sources), _asText);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(ValueToKeyMappingEstimator));
            if (source.ItemType is not PrimitiveDataViewType)
                throw Errors.ColumnType("input", source.Name, Expected, source.GetTypeString());
            List<SchemaShape.Column> annotations = [];
            if (source.Kind == SchemaShape.Column.VectorKind.Vector
                && source.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out SchemaShape.Column names))
                annotations.Add(names);
            annotations.Add(
                source.IsKey && source.Annotations.TryFindColumn(AnnotationUtils.Kinds.KeyValues, out SchemaShape.Column values)
                    ? values
                : _asText ? AnnotationUtils.KeyValuesShape(TextDataViewType.Instance)
                : new SchemaShape.Column(
                    AnnotationUtils.Kinds.KeyValues, SchemaShape.Column.VectorKind.Vector, source.ItemType, source.IsKey));
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, NumberDataViewType.UInt32, isKey: true, new SchemaShape(annotations));
        }));
    }

    internal static DataViewSchema.Column Check(DataViewSchema.Column column) =>
        column.Type.GetItemType() is PrimitiveDataViewType
            ? column
            : throw Errors.ColumnType("input", column.Name, Expected, column.Type.ToString()!);

    private KeyTerms[] Learn(IDataView data, DataViewSchema.Column[] sources)
    {
        using DataViewRowCursor cursor = data.GetRowCursor(sources.DistinctBy(source => source.Index));
        KeyTermsBuilder[] builders = Array.ConvertAll(sources, source => KeyTermsBuilder.Create(
            cursor, source, _maximumNumberOfKeys, _keyOrdinality == KeyOrdinality.ByValue));
        bool wanted = true;
        while (wanted && cursor.MoveNext())
        {
            wanted = false;
            foreach (KeyTermsBuilder builder in builders)
                wanted |= builder.Add();
        }

        return Array.ConvertAll(builders, builder => builder.ToTerms());
    }

    private KeyTerms[] Given(DataViewSchema.Column[] sources)
    {
        DataViewSchema.Column given = _keyData!.Schema.First(column => !column.IsHidden);
        foreach (DataViewSchema.Column source in sources)
        {
            if (given.Type is VectorDataViewType || !given.Type.Equals(source.Type.GetItemType()))
                throw Errors.ColumnType(
                    "key data", given.Name, $"{source.Type.GetItemType()}, as '{source.Name}'", given.Type.ToString()!);
        }

        KeyTerms terms = Learn(_keyData, [given])[0];
        return Array.ConvertAll(sources, _ => terms);
    }
}
