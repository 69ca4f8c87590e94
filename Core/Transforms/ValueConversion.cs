using System.Numerics;

namespace MlPipeline.Core;

/// <summary>Converts values of one primitive type into another.</summary>
internal static class ValueConversion
{
    /// <summary>A conversion of one value.</summary>
    public delegate TDst Converter<TSrc, TDst>(TSrc value);

    /// <summary>
    /// Whether values can be converted: numbers and truth values into each other, anything into text and text into anything, keys
    /// into whole numbers, and each type into itself.
    /// </summary>
    public static bool Exists(DataViewType source, bool sourceIsKey, PrimitiveDataViewType target)
    {
        if (sourceIsKey)
            return IsNumberOrBoolean(target) && target is not BooleanDataViewType
                && target != NumberDataViewType.Single && target != NumberDataViewType.Double;
        if (source.Equals(target))
            return true;
        if (source is TextDataViewType || target is TextDataViewType)
            return source is PrimitiveDataViewType and not RowIdDataViewType && target is not RowIdDataViewType;
        return IsNumberOrBoolean(source) && IsNumberOrBoolean(target);
    }

    /// <summary>The conversion between two raw types for which <see cref="Exists"/>.</summary>
    public static Converter<TSrc, TDst> Get<TSrc, TDst>()
    {
        if (typeof(TSrc) == typeof(TDst))
            return value => (TDst)(object)value!;
        if (typeof(TDst) == typeof(ReadOnlyMemory<char>))
            return value => (TDst)(object)PrimitiveText.Format(value).AsMemory();
        if (typeof(TSrc) == typeof(ReadOnlyMemory<char>))
            return (Converter<TSrc, TDst>)(object)FromText<TDst>();
        if (typeof(TSrc) == typeof(bool))
        {
            TDst one = (TDst)Convert.ChangeType(1, typeof(TDst));
            return value => (bool)(object)value! ? one : default!;
        }

        if (typeof(TDst) == typeof(bool))
            return value => (TDst)(object)!EqualityComparer<TSrc>.Default.Equals(value, default);
        return (Converter<TSrc, TDst>)GenericCall.Invoke(
            typeof(ValueConversion), null, nameof(OfNumbers), [typeof(TSrc), typeof(TDst)]);
    }

    private static bool IsNumberOrBoolean(DataViewType type) => type is NumberDataViewType or BooleanDataViewType;

    // Text that is empty or no such value becomes the missing value.
    private static Converter<ReadOnlyMemory<char>, TDst> FromText<TDst>()
    {
        PrimitiveText.Parser<TDst> parser = PrimitiveText.ParserOf<TDst>();
        TDst missing = PrimitiveText.Missing<TDst>();
        return text => parser(text.Span, out TDst value) ? value : missing;
    }

    // Numbers out of range become the nearest there is, NaN becomes 0.
    private static Converter<TSrc, TDst> OfNumbers<TSrc, TDst>()
        where TSrc : INumberBase<TSrc>
        where TDst : INumberBase<TDst> =>
        TDst.CreateSaturating;
}
