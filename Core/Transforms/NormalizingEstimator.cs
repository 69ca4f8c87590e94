using static MlPipeline.Core.SchemaShape.Column;

namespace MlPipeline.Core;

/// <summary>
/// Learns, in one pass, how to bring columns of floats or doubles, or of vectors of them of known size, to a common range, slot
/// by slot. The result says that it is normalised, and keeps the slot names. A slot without any spread becomes 0.
/// </summary>
public sealed class NormalizingEstimator : IEstimator<NormalizingTransformer>
{
    internal const string Expected = "Single or Double, or a vector of them of known size";

    private readonly Host _host;
    private readonly NormalizerColumn[] _columns;

    internal NormalizingEstimator(Host host, params NormalizerColumn[] columns)
    {
        foreach (NormalizerColumn column in columns)
            ArgumentOutOfRangeException.ThrowIfLessThan(column.MaximumExampleCount, 2, "maximumExampleCount");
        _host = host;
        _columns = columns;
    }

    /// <summary>Learns from the data, in one pass over the columns to normalise.</summary>
    public NormalizingTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        DataViewSchema.Column[] sources = Array.ConvertAll(
            _columns, column => Check(input.Schema.Require(column.InputColumnName, nameof(NormalizingEstimator))));
        NormalizerStatistics[] statistics =
            [.. _columns.Zip(sources, (column, source) => NormalizerStatistics.Create(column, source))];

        using (DataViewRowCursor cursor = input.GetRowCursor(sources.DistinctBy(source => source.Index)))
        {
            foreach (NormalizerStatistics each in statistics)
                each.Attach(cursor);
            bool wanted = true;
            while (wanted && cursor.MoveNext())
            {
                wanted = false;
                foreach (NormalizerStatistics each in statistics)
                    wanted |= each.Add();
            }
        }

        return new NormalizingTransformer(
            _host,
            [.. _columns.Select(column => (column.OutputColumnName, column.InputColumnName))],
            Array.ConvertAll(statistics, each => each.ToFunction()));
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return inputSchema.With(_columns.Select(pair =>
        {
            SchemaShape.Column source = inputSchema.Require(pair.InputColumnName, nameof(NormalizingEstimator));
            if (source.Kind == VectorKind.VariableVector || source.IsKey
                || (source.ItemType != NumberDataViewType.Single && source.ItemType != NumberDataViewType.Double))
                throw Errors.ColumnType("input", source.Name, Expected, source.GetTypeString());
            return new SchemaShape.Column(
                pair.OutputColumnName, source.Kind, source.ItemType, isKey: false, NormalizedAnnotations.Shape(source));
        }));
    }

    private static DataViewSchema.Column Check(DataViewSchema.Column column)
    {
        DataViewType item = column.Type.GetItemType();
        if ((item != NumberDataViewType.Single && item != NumberDataViewType.Double) || column.Type.GetValueCount() == 0)
            throw Errors.ColumnType("input", column.Name, Expected, column.Type.ToString()!);
        return column;
    }
}
