using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The slices that vectors of indices (the last dimension of the second input) name, within each of the first
/// <c>batch_dims</c> dimensions; negative indices count from the end.
/// </summary>
internal sealed class GatherNDOp() : Op("GatherND", 2, 2, "batch_dims")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => node.Attributes.Int("batch_dims") == 0;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = inputs.Shape(0), indices = inputs.Shape(1);
        var batch = node.Attributes.Int("batch_dims");
        return batch >= 0 && batch < Math.Min(shape.Length, indices.Length)
            && indices[^1] >= 1 && indices[^1] <= shape.Length - batch
            && shape.AsSpan(0, (int)batch).SequenceEqual(indices.AsSpan(0, (int)batch))
            ? [[.. indices[..^1], .. shape[((int)batch + indices[^1])..]]]
            : throw node.Error($"cannot take slices of {ShapeText.Of(shape)} by indices of {ShapeText.Of(indices)}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        int[] shape = inputs.Shape(0), indexShape = inputs.Shape(1);
        int batch = (int)node.Attributes.Int("batch_dims"), depth = indexShape[^1];
        var strides = Strided.Strides(shape);
        var block = Strided.Product(shape, batch + depth, shape.Length);
        var perBatch = Strided.Product(indexShape, batch, indexShape.Length - 1);
        var batchSize = Strided.Product(shape, batch, shape.Length);
        var indices = inputs.Integers(1);
        for (var i = 0; i < indices.Length / depth; i++)
        {
            var from = i / perBatch * batchSize;
            for (var d = 0; d < depth; d++)
                from += Strided.Index(node, indices[(i * depth) + d], batch + d, shape) * strides[batch + d];

            Array.Copy(inputs.Value(0).Storage, from, outputs[0].Storage, i * block, block);
        }
    }
}
