using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Indexing;

/// <summary>
/// The slices along a dimension (by default the first) that the indices name; negative indices count from the end.
/// </summary>
internal sealed class GatherOp() : Op("Gather", 2, 2, "axis")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        Strided.Axis(node, node.Attributes.Int("axis"), inputs[0]!.Shape!.Length) == 0 && inputs[0]!.Value == null;

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        return [[.. shape[..axis], .. inputs.Shape(1), .. shape[(axis + 1)..]]];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = Strided.Axis(node, node.Attributes.Int("axis"), shape.Length);
        var outer = Strided.Product(shape, 0, axis);
        var block = Strided.Product(shape, axis + 1, shape.Length);
        var indices = inputs.Integers(1);
        var at = 0;
        for (var o = 0; o < outer; o++)
        {
            foreach (var index in indices)
            {
                var i = Strided.Index(node, index, axis, shape);
                Array.Copy(inputs.Value(0).Storage, ((o * shape[axis]) + i) * block, outputs[0].Storage, at, block);
                at += block;
            }
        }
    }
}

/// <summary>
/// For each index the element in its place but for one dimension (<c>axis</c>, by default the first), where the index says;
/// negative indices count from the end.
/// </summary>
internal sealed class GatherElementsOp() : Op("GatherElements", 2, 2, "axis")
{
    // Rows of a table that are taken in turn, whatever the batch, would be others in a part of the batch.
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0
        || inputs[0]!.Value != null || inputs[0]!.Shape![0] != inputs[1]!.Shape![0];

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 1, ElementType.Int64, ElementType.Int32);
        return [inputs[0]!.Value];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = inputs.Shape(0), indices = inputs.Shape(1);
        var axis = AxisOf(node, shape.Length);
        var fits = shape.Length == indices.Length;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = i == axis || indices[i] <= shape[i];
        return fits ? [indices]
            : throw node.Error($"has indices of {ShapeText.Of(indices)} for {ShapeText.Of(shape)} along axis {axis}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = AxisOf(node, shape.Length);
        var strides = Strided.Strides(shape);
        var stride = strides[axis];
        strides[axis] = 0;
        var from = Strided.Offsets(inputs.Shape(1), strides);
        var indices = inputs.Integers(1);
        for (var i = 0; i < from.Length; i++)
            from[i] += Strided.Index(node, indices[i], axis, shape) * stride;
        Strided.Gather(inputs.Value(0), outputs[0], from);
    }

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis"), rank);
}

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
