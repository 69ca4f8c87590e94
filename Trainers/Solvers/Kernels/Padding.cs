using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MlPipeline.Optimizers;

/// <summary>How rows are laid out for the vector kernels.</summary>
internal static class Padding
{
    /// <summary>Floats in the vectors of the kernels.</summary>
    public const int Lanes = 8;

    /// <summary>The smallest multiple of the vector length that holds the values.</summary>
    public static int RoundUp(int count) => checked((count + Lanes - 1) / Lanes * Lanes);

    /// <summary>
    /// The distance of rows: whole vectors, and no multiple of 512 bytes, which would let all rows compete for a few cache sets.
    /// </summary>
    public static int StrideOf(int featureCount)
    {
        var padded = RoundUp(featureCount);
        return padded % 128 == 0 ? padded + 2 * Lanes : padded;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        // x - x is 0 for finite numbers and NaN for the rest, so one sum tells.
        var i = 0;
        Vector256<float> bad = default;
        for (; i + Lanes <= values.Length; i += Lanes)
        {
            Vector256<float> value = Vector256.Create(values.Slice(i, Lanes));
            bad += value - value;
        }

        var rest = Vector256.Sum(bad);
        for (; i < values.Length; i++)
            rest += values[i] - values[i];

        return rest == 0f;
    }
}
