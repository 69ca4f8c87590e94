using MlPipeline.Engine.Tensors;

namespace MlPipeline.Conformance.Tests;

/// <summary>The comparison of ONNX's own tests: |actual - expected| at most absolute + relative |expected|.</summary>
internal static class Close
{
    public static void Check(Tensor expected, Tensor actual, float relative, float absolute)
    {
        Assert.Equal(expected.Dimensions.ToArray(), actual.Dimensions.ToArray());
        for (int i = 0; i < expected.Length; i++)
        {
            float limit = absolute + (relative * MathF.Abs(expected.Floats[i]));
            Assert.True(MathF.Abs(expected.Floats[i] - actual.Floats[i]) <= limit,
                $"element {i} is {actual.Floats[i]:R}, where {expected.Floats[i]:R} within {limit:R} is expected");
        }
    }
}
