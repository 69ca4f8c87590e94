using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Instance normalisation (Ulyanov et al. 2016): each plane by its own mean and variance, then scaled and shifted per channel.
/// </summary>
internal sealed class InstanceNormalizationOp() : Op("InstanceNormalization", 3, 3, "epsilon", "consumed_inputs")
{
    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        for (var i = 1; i < 3; i++)
        {
            if (x.Length < 3 || !inputs.Shape(i).AsSpan().SequenceEqual([x[1]]))
                throw node.Error($"input {i} is {ShapeText.Of(inputs.Shape(i))} for an input of {ShapeText.Of(x)}");
        }

        return [x];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        for (var i = 0; i < shape[0] * shape[1]; i++)
        {
            ReadOnlySpan<float> x = inputs.Floats(0).Slice(i * plane, plane);
            var c = i % shape[1];
            LayerNormalizationOp.Normalize(x, outputs[0].Floats.Slice(i * plane, plane), node.Attributes.Float("epsilon", 1e-5f),
                inputs.Floats(1).Slice(c, 1), inputs.Floats(2).Slice(c, 1));
        }
    }
}
