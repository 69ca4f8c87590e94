using System.Globalization;
using System.Numerics;

namespace MlPipeline.Data.Sources;

/// <summary>
/// Reads numbers as they are written in programs and not as they are in some countries: digits, a sign, a decimal point, an
/// exponent. Thousands separators, decimal commas, spaces, infinities and what is not a number are refused, because a guess at
/// what they mean would be a wrong answer.
/// </summary>
public static class PlainNumber
{
    /// <summary>Reads a finite number.</summary>
    /// <typeparam name="T">The type of the number; whole numbers take neither point nor exponent.</typeparam>
    /// <param name="text">The text, without spaces around it.</param>
    /// <param name="value">The number; 0 when it is refused.</param>
    /// <returns>Whether the text is such a number.</returns>
    public static bool TryParse<T>(ReadOnlySpan<char> text, out T value)
        where T : struct, INumber<T>
    {
        var isWhole = T.IsInteger(T.One / (T.One + T.One)); // one half is nought in whole numbers
        var style = isWhole ? NumberStyles.AllowLeadingSign
            : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (T.TryParse(text, style, CultureInfo.InvariantCulture, out value) && T.IsFinite(value))
            return true;
        value = default;
        return false;
    }
}
