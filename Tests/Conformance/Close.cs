using MlPipeline.Engine.Tensors;

namespace MlPipeline.Conformance.Tests;

/// <summary>
/// The comparison of ONNX's own tests: |actual - expected| at most absolute + relative |expected|; whole numbers are equal.
/// </summary>
internal static class Close
{
    public static void Check(Tensor expected, Tensor actual, float relative, float absolute) =>
        Assert.Null(Difference(expected, actual, relative, absolute));

    /// <summary>What differs first; null if nothing does.</summary>
    public static string? Difference(Tensor expected, Tensor actual, float relative, float absolute)
    {
        if (expected.Type != actual.Type || !expected.Dimensions.SequenceEqual(actual.Dimensions))
            return $"the output is {actual}, where {expected} is expected";

        for (var i = 0; i < expected.Length; i++)
        {
            var equal = expected.Type switch
            {
                ElementType.Float32 => AreClose(expected.Floats[i], actual.Floats[i], relative, absolute),
                ElementType.Int64 => expected.Int64s[i] == actual.Int64s[i],
                ElementType.Int32 => expected.Int32s[i] == actual.Int32s[i],
                _ => expected.Bools[i] == actual.Bools[i],
            };
            if (!equal)
                return $"element {i} is {Text(actual, i)}, where {Text(expected, i)} is expected";
        }

        return null;
    }

    private static bool AreClose(float expected, float actual, float relative, float absolute) => expected.Equals(actual)
        || MathF.Abs(expected - actual) <= absolute + (relative * MathF.Abs(expected));

    private static string Text(Tensor tensor, int i) => tensor.Type switch
    {
        ElementType.Float32 => $"{tensor.Floats[i]:R}",
        ElementType.Int64 => $"{tensor.Int64s[i]}",
        ElementType.Int32 => $"{tensor.Int32s[i]}",
        _ => $"{tensor.Bools[i]}",
    };
}
