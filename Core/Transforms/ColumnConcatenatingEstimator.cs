using static MlPipeline.Core.SchemaShape.Column;

namespace MlPipeline.Core;

/// <summary>
/// Joins scalars and vectors of one item type (no keys) into one vector, in the order given. Nothing is learned. The slots are
/// named after the scalar columns, and after the vectors' own slot names, preceded by the column's name and a point.
/// </summary>
public sealed class ColumnConcatenatingEstimator : IEstimator<ColumnConcatenatingTransformer>
{
    private readonly ColumnConcatenatingTransformer _transformer;

    internal ColumnConcatenatingEstimator(Host host, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(inputColumnNames);
        if (inputColumnNames.Length == 0)
            throw new ArgumentException("At least one input column is needed.", nameof(inputColumnNames));
        if (inputColumnNames.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A column's name cannot be empty.", nameof(inputColumnNames));
        _transformer = new ColumnConcatenatingTransformer(host, outputColumnName, [.. inputColumnNames]);
    }

    /// <summary>Gives the transformer, after checking that it suits the input's schema.</summary>
    public ColumnConcatenatingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _transformer.GetOutputSchema(input.Schema);
        return _transformer;
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        SchemaShape.Column[] sources = Array.ConvertAll(
            _transformer.InputColumnNames, name => inputSchema.Require(name, nameof(ColumnConcatenatingEstimator)));
        SchemaShape.Column first = sources[0];
        foreach (SchemaShape.Column source in sources)
        {
            if (source.IsKey || source.ItemType is not PrimitiveDataViewType)
                throw Errors.ColumnType(
                    "input", source.Name, "numbers, text or other plain values, no keys", source.GetTypeString());
            if (!source.ItemType.Equals(first.ItemType))
                throw Errors.ColumnType("input", source.Name, $"{first.ItemType}, as '{first.Name}'", source.GetTypeString());
        }

        if (sources is [{ Kind: not VectorKind.Scalar } only])
            return inputSchema.With(only.Renamed(_transformer.OutputColumnName));

        bool varying = sources.Any(source => source.Kind == VectorKind.VariableVector);
        List<SchemaShape.Column> annotations = [];
        if (first.ItemType is NumberDataViewType && sources.All(source => Has(source, AnnotationUtils.Kinds.IsNormalized)))
            annotations.Add(AnnotationUtils.IsNormalizedShape);
        if (!varying && sources.Any(source => source.Kind == VectorKind.Scalar || Has(source, AnnotationUtils.Kinds.SlotNames)))
            annotations.Add(AnnotationUtils.SlotNamesShape);
        return inputSchema.With(new SchemaShape.Column(
            _transformer.OutputColumnName,
            varying ? VectorKind.VariableVector : VectorKind.Vector,
            first.ItemType,
            isKey: false,
            new SchemaShape(annotations)));
    }

    private static bool Has(SchemaShape.Column column, string kind) => column.Annotations.TryFindColumn(kind, out _);
}
