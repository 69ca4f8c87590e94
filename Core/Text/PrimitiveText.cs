using System.Globalization;
using System.Numerics;

namespace MlPipeline.Core;

/// <summary>
/// Values of primitive types as text and back, in the invariant culture. Missing floats are "?" as well as "NaN"; truth values
/// are written 1 and 0 and read as true, yes, t, y, 1, + and their opposites, in any case.
/// </summary>
internal static class PrimitiveText
{
    /// <summary>Reads text into one raw type.</summary>
    public delegate bool Parser<T>(ReadOnlySpan<char> text, out T value);

    /// <summary>The parser of a raw type; text that is empty or blank is left to the caller.</summary>
    public static Parser<T> ParserOf<T>(char decimalMarker = '.')
    {
        Delegate parser =
            typeof(T) == typeof(float) ? Floating<float>(decimalMarker)
            : typeof(T) == typeof(double) ? Floating<double>(decimalMarker)
            : typeof(T) == typeof(sbyte) ? Integer<sbyte>()
            : typeof(T) == typeof(byte) ? Integer<byte>()
            : typeof(T) == typeof(short) ? Integer<short>()
            : typeof(T) == typeof(ushort) ? Integer<ushort>()
            : typeof(T) == typeof(int) ? Integer<int>()
            : typeof(T) == typeof(uint) ? Integer<uint>()
            : typeof(T) == typeof(long) ? Integer<long>()
            : typeof(T) == typeof(ulong) ? Integer<ulong>()
            : typeof(T) == typeof(bool) ? new Parser<bool>(TryParseBoolean)
            : typeof(T) == typeof(TimeSpan) ? new Parser<TimeSpan>(
                (ReadOnlySpan<char> text, out TimeSpan value) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value))
            : typeof(T) == typeof(DateTime) ? new Parser<DateTime>(
                (ReadOnlySpan<char> text, out DateTime value) => DateTime.TryParse(text, CultureInfo.InvariantCulture, out value))
            : typeof(T) == typeof(DateTimeOffset) ? new Parser<DateTimeOffset>(
                (ReadOnlySpan<char> text, out DateTimeOffset value) =>
                    DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out value))
            : throw new NotSupportedException($"Values of {typeof(T)} cannot be read from text.");
        return (Parser<T>)parser;
    }

    /// <summary>What stands for a missing value: NaN, or the default of types that have no NaN.</summary>
    public static T Missing<T>() =>
        typeof(T) == typeof(float) ? (T)(object)float.NaN
        : typeof(T) == typeof(double) ? (T)(object)double.NaN
        : default!;

    /// <summary>A value as text that reads back as the same value.</summary>
    public static string Format<T>(T value) => value switch
    {
        float number => float.IsNaN(number) ? "?" : number.ToString(CultureInfo.InvariantCulture),
        double number => double.IsNaN(number) ? "?" : number.ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "1" : "0",
        ReadOnlyMemory<char> text => text.ToString(),
        DateTime time => time.ToString("o", CultureInfo.InvariantCulture),
        DateTimeOffset time => time.ToString("o", CultureInfo.InvariantCulture),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    private static Parser<T> Integer<T>()
        where T : IBinaryInteger<T> =>
        (ReadOnlySpan<char> text, out T value) =>
            T.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out value!);

    private static Parser<T> Floating<T>(char decimalMarker)
        where T : IFloatingPointIeee754<T>
    {
        NumberFormatInfo format = (NumberFormatInfo)NumberFormatInfo.InvariantInfo.Clone();
        if (decimalMarker != '.')
            format.NumberDecimalSeparator = decimalMarker.ToString();
        return (ReadOnlySpan<char> text, out T value) =>
        {
            if (T.TryParse(text, NumberStyles.Float, format, out value!))
                return true;
            text = text.Trim();
            value = text.SequenceEqual("?") ? T.NaN
                : text.Equals("inf", StringComparison.OrdinalIgnoreCase) || text.SequenceEqual("∞") ? T.PositiveInfinity
                : text.Equals("-inf", StringComparison.OrdinalIgnoreCase) || text.SequenceEqual("-∞") ? T.NegativeInfinity
                : T.Zero;
            return value != T.Zero;
        };
    }

    private static bool TryParseBoolean(ReadOnlySpan<char> text, out bool value)
    {
        text = text.Trim();
        value = IsOneOf(text, "true", "yes", "t", "y", "1", "+", "+1");
        return value || IsOneOf(text, "false", "no", "f", "n", "0", "-", "-1");
    }

    private static bool IsOneOf(ReadOnlySpan<char> text, params ReadOnlySpan<string> words)
    {
        foreach (string word in words)
        {
            if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
