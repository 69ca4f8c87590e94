using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// A copy in which the slices that vectors of indices (the last dimension of the second input) name are replaced by those of the
/// third; negative indices count from the end.
/// </summary>
internal sealed class ScatterNDOp() : Op("ScatterND", 3, 3, "reduction")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => true;

    protected override void Validate(Node node)
    {
        if (node.Attributes.Text("reduction", "none") != "none")
            throw node.Error($"attribute 'reduction' is '{node.Attributes.Text("reduction")}', which is not supported");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64);
        Require(node, inputs, 2, inputs[0]!.Value);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = inputs.Shape(0), indices = inputs.Shape(1);
        return indices.Length > 0 && indices[^1] >= 1 && indices[^1] <= shape.Length
            && inputs.Shape(2).AsSpan().SequenceEqual([.. indices[..^1], .. shape[indices[^1]..]])
            ? [shape]
            : throw node.Error($"cannot put {ShapeText.Of(inputs.Shape(2))} into {ShapeText.Of(shape)} "
                + $"by indices of {ShapeText.Of(indices)}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var depth = inputs.Shape(1)[^1];
        var strides = Strided.Strides(shape);
        var block = Strided.Product(shape, depth, shape.Length);
        var indices = inputs.Integers(1);
        Array.Copy(inputs.Value(0).Storage, outputs[0].Storage, outputs[0].Length);
        for (var i = 0; i < indices.Length / depth; i++)
        {
            var to = 0;
            for (var d = 0; d < depth; d++)
                to += Strided.Index(node, indices[(i * depth) + d], d, shape) * strides[d];

            Array.Copy(inputs.Value(2).Storage, i * block, outputs[0].Storage, to, block);
        }
    }
}
