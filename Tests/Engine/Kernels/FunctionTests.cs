using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Plans.Lowering;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>Functions in vectors against their definitions, over all magnitudes.</summary>
public unsafe class FunctionTests
{
    [Theory]
    [InlineData("Sigmoid", 0f)]
    [InlineData("Swish", 1f)]
    [InlineData("Swish", 0.02f)]
    [InlineData("HardSigmoid", 0.3f)]
    [InlineData("HardSwish", 0f)]
    [InlineData("Tanh", 0f)]
    [InlineData("Elu", 1.5f)]
    [InlineData("LeakyRelu", -0.2f)]
    [InlineData("Erf", 0f)]
    [InlineData("Gelu", 0f)]
    [InlineData("Mish", 0f)]
    public void Matches(string op, float alpha)
    {
        Node node = new(op, ["x"], ["y"], alpha == 0 ? null : NodeAttributes.Of(("alpha", alpha)));
        var definition = ((UnaryOp)OpRegistry.Of(node)).Function(node);
        var map = MapFunction.Of(node)!.Value;
        var x = Arguments();
        foreach (var kernels in KernelSet.Supported())
        {
            using AlignedBuffer from = new(x.Length), to = new(x.Length);
            x.CopyTo(from.Span(0, x.Length));
            kernels.Function(map.Kind, from.Pointer, to.Pointer, x.Length, map.Alpha, map.Beta);
            for (var i = 0; i < x.Length; i++)
            {
                float expected = definition(x[i]), actual = to.Pointer[i];
                Assert.True(expected.Equals(actual) || MathF.Abs(expected - actual) <= 1e-6f * (1 + MathF.Abs(expected)),
                    $"{kernels}: {op}({x[i]:R}) is {actual:R}, where {expected:R} is expected");
            }

            // Wherever an element lies, it gets the same bits.
            kernels.Function(map.Kind, from.Pointer + 3, from.Pointer + 3, x.Length - 3, map.Alpha, map.Beta);
            Assert.True(new ReadOnlySpan<float>(from.Pointer + 3, x.Length - 3)
                .SequenceEqual(new ReadOnlySpan<float>(to.Pointer + 3, x.Length - 3)));
        }
    }

    // Both signs, from the tiniest to the largest, and dense where functions bend.
    private static float[] Arguments()
    {
        List<float> x = [0, 1e38f, -1e38f];
        for (var magnitude = 1e-30f; magnitude < 1e30f; magnitude *= 7.3f)
            x.AddRange([magnitude, -magnitude]);

        for (var i = -1200; i <= 1200; i++)
            x.Add(i * 0.0083f);

        return [.. x];
    }
}
