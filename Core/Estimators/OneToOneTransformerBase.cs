namespace MlPipeline.Core;

/// <summary>The base of transformers in which each new column is made from one column.</summary>
public abstract class OneToOneTransformerBase : RowToRowTransformerBase
{
    private protected OneToOneTransformerBase(Host host, IEnumerable<(string OutputColumnName, string InputColumnName)> columns)
        : base(host)
    {
        ColumnPairs = columns.ToArray();
        if (ColumnPairs.Select(pair => pair.OutputColumnName).Distinct().Count() != ColumnPairs.Length)
            throw new ArgumentException("An output column is named twice.", nameof(columns));
    }

    internal (string OutputColumnName, string InputColumnName)[] ColumnPairs { get; }
}
