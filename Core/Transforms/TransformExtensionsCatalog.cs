namespace MlPipeline.Core;

/// <summary>Joining, copying, keeping and dropping of columns.</summary>
public static class TransformExtensionsCatalog
{
    /// <summary>Joins columns of one item type into a vector; see <see cref="ColumnConcatenatingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The vector column to make.</param>
    /// <param name="inputColumnNames">The columns to join, in this order.</param>
    public static ColumnConcatenatingEstimator Concatenate(
        this TransformsCatalog catalog, string outputColumnName, params string[] inputColumnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ColumnConcatenatingEstimator(catalog.Host, outputColumnName, inputColumnNames);
    }

    /// <summary>Gives a column a second name.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The name of the copy.</param>
    /// <param name="inputColumnName">The column to copy.</param>
    public static ColumnCopyingEstimator CopyColumns(
        this TransformsCatalog catalog, string outputColumnName, string inputColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(inputColumnName);
        return new ColumnCopyingEstimator(catalog.Host, (outputColumnName, inputColumnName));
    }

    /// <summary>Drops columns.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to drop; each must exist.</param>
    public static ColumnSelectingEstimator DropColumns(this TransformsCatalog catalog, params string[] columnNames)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(columnNames);
        return new ColumnSelectingEstimator(catalog.Host, null, columnNames, keepHidden: false);
    }

    /// <summary>Keeps only these columns, in this order.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to keep; each must exist.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, params string[] columnNames) =>
        SelectColumns(catalog, columnNames, keepHidden: false);

    /// <summary>Keeps only these columns, in this order.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columnNames">The columns to keep; each must exist.</param>
    /// <param name="keepHidden">Whether columns of these names that are hidden by later ones are kept too.</param>
    public static ColumnSelectingEstimator SelectColumns(this TransformsCatalog catalog, string[] columnNames, bool keepHidden)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(columnNames);
        return new ColumnSelectingEstimator(catalog.Host, columnNames, null, keepHidden);
    }
}
