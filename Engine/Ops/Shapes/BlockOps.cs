using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Shapes;

/// <summary>
/// Channels moved into blocks of the plane; the block's position varies slowest in the channels (DCR), or fastest (CRD).
/// </summary>
internal sealed class DepthToSpaceOp() : Op("DepthToSpace", 1, 1, "blocksize", "mode")
{
    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("blocksize") is < 1 or > int.MaxValue)
            throw node.Error("attribute 'blocksize' is missing, not positive, or too large");
        if (node.Attributes.Text("mode", "DCR") is not ("DCR" or "CRD"))
            throw node.Error($"attribute 'mode' cannot be '{node.Attributes.Text("mode")}'");
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var block = node.Attributes.Int("blocksize");
        return inputs.Shape(0) is [int n, int c, int h, int w] && c % (block * block) == 0
            ? [[n, (int)(c / (block * block)), Strided.Size(node, h * block), Strided.Size(node, w * block)]]
            : throw node.Error($"cannot make blocks of {block}x{block} of {ShapeText.Of(inputs.Shape(0))}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var block = (int)node.Attributes.Int("blocksize");
        var y = outputs[0].Shape;
        (var channels, var height, var width) = (y[1], y[2] / block, y[3] / block);
        var plane = height * width;
        int[] shape = [y[0], channels, height, block, width, block];
        int[] strides = node.Attributes.Text("mode", "DCR") == "DCR"
            ? [channels * block * block * plane, plane, width, block * channels * plane, 1, channels * plane]
            : [channels * block * block * plane, block * block * plane, width, block * plane, 1, plane];
        Strided.Gather(inputs.Value(0), outputs[0], Strided.Offsets(shape, strides));
    }
}

/// <summary>Blocks of the plane moved into channels, the block's position varying slowest.</summary>
internal sealed class SpaceToDepthOp() : Op("SpaceToDepth", 1, 1, "blocksize")
{
    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("blocksize") is < 1 or > int.MaxValue)
            throw node.Error("attribute 'blocksize' is missing, not positive, or too large");
    }

    public override ForwardValues? NeededByBackward(Node node) => ForwardValues.None;

    public override void Backward(Node node, OpInputs inputs, OpGradients gradients) => MoveBack(node, inputs.Facts, gradients);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => Repeat(inputs[0]!.Value, node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var block = (int)node.Attributes.Int("blocksize");
        return inputs.Shape(0) is [int n, int c, int h, int w] && h % block == 0 && w % block == 0
            ? [[n, Strided.Size(node, (long)block * block * c), h / block, w / block]]
            : throw node.Error($"cannot take blocks of {block}x{block} from {ShapeText.Of(inputs.Shape(0))}");
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var block = (int)node.Attributes.Int("blocksize");
        var x = inputs.Shape(0);
        int[] shape = [x[0], block, block, x[1], x[2] / block, x[3] / block];
        int[] strides = [x[1] * x[2] * x[3], x[3], 1, x[2] * x[3], x[3] * block, block];
        Strided.Gather(inputs.Value(0), outputs[0], Strided.Offsets(shape, strides));
    }
}
