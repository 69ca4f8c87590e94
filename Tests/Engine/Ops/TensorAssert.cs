using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Ops;

/// <summary>
/// Comparison of tensors: real numbers within a tolerance relative to 1 and to the expected value, all others exactly.
/// </summary>
internal static class TensorAssert
{
    public static void Close(Tensor expected, Tensor actual, float tolerance)
    {
        Assert.Equal(expected.Type, actual.Type);
        Assert.Equal(expected.Dimensions.ToArray(), actual.Dimensions.ToArray());
        switch (expected.Type)
        {
            case ElementType.Int64: Assert.Equal(expected.Int64s.ToArray(), actual.Int64s.ToArray()); break;
            case ElementType.Int32: Assert.Equal(expected.Int32s.ToArray(), actual.Int32s.ToArray()); break;
            case ElementType.Bool: Assert.Equal(expected.Bools.ToArray(), actual.Bools.ToArray()); break;
            default:
                for (var i = 0; i < expected.Length; i++)
                {
                    var want = expected.Floats[i];
                    var got = actual.Floats[i];
                    Assert.True(want.Equals(got) || MathF.Abs(want - got) <= tolerance * (1 + MathF.Abs(want)),
                        $"element {i} is {got:R}, where {want:R} is expected");
                }

                break;
        }
    }
}
