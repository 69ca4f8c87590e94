using static MlPipeline.Core.ValueToKeyMappingEstimator;

namespace MlPipeline.Core;

/// <summary>Conversions of types, keys and values.</summary>
public static class ConversionsExtensionsCatalog
{
    private const int MaximumKeys = 1000000;

    /// <summary>Numbers the values of a column; see <see cref="ValueToKeyMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The key column to make.</param>
    /// <param name="inputColumnName">The column with the values; the output's name when null.</param>
    /// <param name="maximumNumberOfKeys">The most keys; values first seen after that many become the missing key.</param>
    /// <param name="keyOrdinality">The order in which values are numbered.</param>
    /// <param name="addKeyValueAnnotationsAsText">
    /// Whether the key values are kept as text, whatever the type of the values.
    /// </param>
    /// <param name="keyData">The values to number, in one column, instead of those of the data that is fitted on.</param>
    public static ValueToKeyMappingEstimator MapValueToKey(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string? inputColumnName = null,
        int maximumNumberOfKeys = MaximumKeys, KeyOrdinality keyOrdinality = KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView? keyData = null) =>
        MapValueToKey(
            catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], maximumNumberOfKeys, keyOrdinality,
            addKeyValueAnnotationsAsText, keyData);

    /// <summary>Numbers the values of several columns, each by itself; see <see cref="ValueToKeyMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="maximumNumberOfKeys">The most keys of each.</param>
    /// <param name="keyOrdinality">The order in which values are numbered.</param>
    /// <param name="addKeyValueAnnotationsAsText">Whether the key values are kept as text.</param>
    /// <param name="keyData">The values to number, in one column, instead of those of the data that is fitted on.</param>
    public static ValueToKeyMappingEstimator MapValueToKey(
        this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns,
        int maximumNumberOfKeys = MaximumKeys, KeyOrdinality keyOrdinality = KeyOrdinality.ByOccurrence,
        bool addKeyValueAnnotationsAsText = false, IDataView? keyData = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new ValueToKeyMappingEstimator(
            catalog.Host, InputOutputColumnPair.ToPairs(columns), maximumNumberOfKeys, keyOrdinality,
            addKeyValueAnnotationsAsText, keyData);
    }

    /// <summary>Turns keys back into what they stand for; see <see cref="KeyToValueMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The key column; the output's name when null.</param>
    public static KeyToValueMappingEstimator MapKeyToValue(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string? inputColumnName = null) =>
        MapKeyToValue(catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)]);

    /// <summary>Turns the keys of several columns back into what they stand for.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    public static KeyToValueMappingEstimator MapKeyToValue(
        this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new KeyToValueMappingEstimator(catalog.Host, InputOutputColumnPair.ToPairs(columns));
    }

    /// <summary>Turns keys into vectors of indicators; see <see cref="KeyToVectorMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The vector column to make.</param>
    /// <param name="inputColumnName">The key column; the output's name when null.</param>
    /// <param name="outputCountVector">Whether a vector of keys becomes one vector of counts.</param>
    public static KeyToVectorMappingEstimator MapKeyToVector(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string? inputColumnName = null,
        bool outputCountVector = false) =>
        MapKeyToVector(catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], outputCountVector);

    /// <summary>Turns the keys of several columns into vectors of indicators.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="outputCountVector">Whether a vector of keys becomes one vector of counts.</param>
    public static KeyToVectorMappingEstimator MapKeyToVector(
        this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns, bool outputCountVector = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new KeyToVectorMappingEstimator(catalog.Host, outputCountVector, InputOutputColumnPair.ToPairs(columns));
    }

    /// <summary>Looks values up in a map; see <see cref="ValueMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="keyValuePairs">The map.</param>
    /// <param name="inputColumnName">The column with the values to look up; the output's name when null.</param>
    /// <param name="treatValuesAsKeyType">
    /// Whether the column is to hold keys: the values of the map, numbered in the order in which they first occur, or as they are
    /// where they are unsigned numbers of 32 or 64 bits.
    /// </param>
    /// <exception cref="InvalidOperationException">A key of the map is there twice.</exception>
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType>> keyValuePairs, string? inputColumnName = null,
        bool treatValuesAsKeyType = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new ValueMappingEstimator<TInputType, TOutputType>(
            catalog.Host, outputColumnName, inputColumnName ?? outputColumnName,
            ValueMap.Of(catalog.Host, keyValuePairs, treatValuesAsKeyType));
    }

    /// <summary>Looks vectors up in a map; see <see cref="ValueMappingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make: vectors of varying size.</param>
    /// <param name="keyValuePairs">The map.</param>
    /// <param name="inputColumnName">The column with the values to look up; the output's name when null.</param>
    /// <exception cref="InvalidOperationException">A key of the map is there twice.</exception>
    public static ValueMappingEstimator<TInputType, TOutputType> MapValue<TInputType, TOutputType>(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName,
        IEnumerable<KeyValuePair<TInputType, TOutputType[]>> keyValuePairs, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return new ValueMappingEstimator<TInputType, TOutputType>(
            catalog.Host, outputColumnName, inputColumnName ?? outputColumnName,
            ValueMap.Of(catalog.Host, keyValuePairs, areKeys: false));
    }

    /// <summary>
    /// Looks values up in two columns of other data, which is read at once; see <see cref="ValueMappingEstimator"/>.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="lookupMap">The data with the map.</param>
    /// <param name="keyColumn">The column of it that values are looked up in.</param>
    /// <param name="valueColumn">The column of it with what they become.</param>
    /// <param name="inputColumnName">The column with the values to look up; the output's name when null.</param>
    /// <exception cref="InvalidOperationException">A key of the map is there twice.</exception>
    public static ValueMappingEstimator MapValue(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, IDataView lookupMap,
        DataViewSchema.Column keyColumn, DataViewSchema.Column valueColumn, string? inputColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        ArgumentNullException.ThrowIfNull(lookupMap);
        return new ValueMappingEstimator(
            catalog.Host, outputColumnName, inputColumnName ?? outputColumnName,
            ValueMap.Read(lookupMap, keyColumn, valueColumn));
    }

    /// <summary>Converts a column to another item type; see <see cref="TypeConvertingEstimator"/>.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column to make.</param>
    /// <param name="inputColumnName">The column to convert; the output's name when null.</param>
    /// <param name="outputKind">The item type to convert to.</param>
    public static TypeConvertingEstimator ConvertType(
        this TransformsCatalog.ConversionTransforms catalog, string outputColumnName, string? inputColumnName = null,
        DataKind outputKind = DataKind.Single) =>
        ConvertType(catalog, [new InputOutputColumnPair(outputColumnName, inputColumnName)], outputKind);

    /// <summary>Converts several columns to another item type.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="outputKind">The item type to convert to.</param>
    public static TypeConvertingEstimator ConvertType(
        this TransformsCatalog.ConversionTransforms catalog, InputOutputColumnPair[] columns,
        DataKind outputKind = DataKind.Single)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TypeConvertingEstimator(catalog.Host, outputKind, InputOutputColumnPair.ToPairs(columns));
    }
}
