namespace MlPipeline.Core;

/// <summary>
/// Loading, filtering, splitting, caching of data. All of it is lazy: rows are read when a cursor asks for them.
/// </summary>
public sealed partial class DataOperationsCatalog
{
    internal DataOperationsCatalog(Host host) => Host = host;

    internal Host Host { get; }

    /// <summary>
    /// Objects as rows. The sequence is enumerated anew in every pass, which must give the same objects each time.
    /// </summary>
    /// <param name="data">The objects; none may be null.</param>
    /// <param name="schemaDefinition">Which members are columns; by default what attributes say.</param>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, SchemaDefinition? schemaDefinition = null)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        return new EnumerableView<TRow>(data, new ObjectReader<TRow>(schemaDefinition));
    }

    /// <summary>
    /// Objects as rows, where a schema tells the columns' types (such as sizes and key counts) and annotations.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The schema has a column that the objects have not.</exception>
    public IDataView LoadFromEnumerable<TRow>(IEnumerable<TRow> data, DataViewSchema schema)
        where TRow : class
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(schema);
        return LoadFromEnumerable(data, SchemaDefinition.FromSchema(typeof(TRow), schema));
    }

    /// <summary>Rows as objects, lazily; each enumeration is a pass over the data.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="reuseRowObject">Whether all rows come in one object, which saves memory: copy what must last.</param>
    /// <param name="ignoreMissingColumns">Whether members without a column are left as they are, instead of an exception.</param>
    /// <param name="schemaDefinition">Which members are columns; by default what attributes say.</param>
    public IEnumerable<TRow> CreateEnumerable<TRow>(
        IDataView data, bool reuseRowObject, bool ignoreMissingColumns = false, SchemaDefinition? schemaDefinition = null)
        where TRow : class, new()
    {
        ArgumentNullException.ThrowIfNull(data);
        return new ObjectEnumerable<TRow>(
            data, new ObjectWriter<TRow>(data.Schema, ignoreMissingColumns, schemaDefinition), reuseRowObject);
    }

    /// <summary>Rows drawn with replacement, each as often as a Poisson(1) draw says; or those that were drawn never.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="seed">By default drawn from the context's, anew at each call.</param>
    /// <param name="complement">Whether to give the out-of-bag rows instead.</param>
    public IDataView BootstrapSample(IDataView input, int? seed = null, bool complement = false)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BootstrapView(input, ValueHash.Mix((ulong)(uint)Host.NextSeedFor("Bootstrap", seed)), complement);
    }

    /// <summary>Keeps columns in memory once they have been read; safe for many cursors at once.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="columnsToPrefetch">Columns that are kept as soon as any is read.</param>
    public IDataView Cache(IDataView input, params string[] columnsToPrefetch)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new CacheDataView(input, columnsToPrefetch);
    }

    /// <summary>Rows whose number is at least the lower and below the upper bound; NaN is left out.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or not a number, or the bounds are not in order.
    /// </exception>
    public IDataView FilterRowsByColumn(
        IDataView input, string columnName,
        double lowerBound = double.NegativeInfinity, double upperBound = double.PositiveInfinity)
    {
        ArgumentNullException.ThrowIfNull(input);
        CheckBounds(lowerBound, upperBound);
        DataViewSchema.Column column = input.Schema.Require(columnName, nameof(FilterRowsByColumn));
        if (column.Type is not NumberDataViewType)
            throw Errors.ColumnType("filter", columnName, "a number", column.Type.ToString()!);
        return new RangeFilterView(input, column, lowerBound, upperBound);
    }

    /// <summary>Rows whose key, as a fraction of the range of keys, is at least the lower and below the upper bound.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or no key, or a bound is not within 0 to 1.
    /// </exception>
    public IDataView FilterRowsByKeyColumnFraction(
        IDataView input, string columnName, double lowerBound = 0, double upperBound = 1)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!(lowerBound is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(lowerBound), lowerBound, "Must be 0 to 1.");
        if (!(upperBound is >= 0 and <= 2))
            throw new ArgumentOutOfRangeException(nameof(upperBound), upperBound, "Must be 0 to 2.");
        CheckBounds(lowerBound, upperBound);
        DataViewSchema.Column column = input.Schema.Require(columnName, nameof(FilterRowsByKeyColumnFraction));
        if (column.Type is not KeyDataViewType)
            throw Errors.ColumnType("filter", columnName, "a key", column.Type.ToString()!);
        return new KeyFractionFilterView(input, column, lowerBound, upperBound);
    }

    /// <summary>Rows in which none of these columns has a missing value (NaN, or key 0), nor a vector with one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, or of a type without missing values.</exception>
    public IDataView FilterRowsByMissingValues(IDataView input, params string[] columns)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Length == 0)
            throw new ArgumentException("Name at least one column.", nameof(columns));
        DataViewSchema.Column[] tested = Array.ConvertAll(
            columns, name => input.Schema.Require(name, nameof(FilterRowsByMissingValues)));
        foreach (DataViewSchema.Column column in tested)
        {
            if (!MissingValuesFilterView.CanBeMissing(column.Type))
                throw Errors.ColumnType(
                    "filter", column.Name, "Single, Double or a key, or a vector of them", column.Type.ToString()!);
        }
        return new MissingValuesFilterView(input, tested);
    }

    /// <summary>Rows in random order, the same in every pass.</summary>
    /// <param name="input">The rows.</param>
    /// <param name="seed">By default drawn from the context's, anew at each call.</param>
    /// <param name="shufflePoolSize">How many rows are held in memory to draw from.</param>
    /// <param name="shuffleSource">Whether the source shuffles too, if it can.</param>
    public IDataView ShuffleRows(IDataView input, int? seed = null, int shufflePoolSize = 1000, bool shuffleSource = true)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(shufflePoolSize, 1);
        return new ShuffleView(input, Host.NextSeedFor("Shuffle", seed), shufflePoolSize, shuffleSource);
    }

    /// <summary>All but the first rows.</summary>
    public IDataView SkipRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new SkipTakeView(input, count, long.MaxValue);
    }

    /// <summary>The first rows.</summary>
    public IDataView TakeRows(IDataView input, long count)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new SkipTakeView(input, 0, count);
    }

    private static void CheckBounds(double lowerBound, double upperBound)
    {
        if (!(lowerBound <= upperBound))
            throw new ArgumentOutOfRangeException(
                nameof(upperBound), upperBound, $"Must be at least the lower bound {lowerBound}.");
    }
}
