using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Resizing;

/// <summary>
/// Planes (or any tensor) made larger or smaller by interpolation: the nearest element, or linear or cubic along every dimension.
/// </summary>
internal class ResizeOp(string type = "Resize", int minInputs = 1, int maxInputs = 4) : Op(type, minInputs, maxInputs,
    "mode", "coordinate_transformation_mode", "nearest_mode", "cubic_coeff_a", "exclude_outside", "extrapolation_value",
    "antialias", "axes", "keep_aspect_ratio_policy", "scales")
{
    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) =>
        ResizeSettings.Of(node, new OpInputs(node, inputs)).Scales is [not 1, ..];

    protected override void Validate(Node node)
    {
        ResizeSettings.Validate(node);
        var scalesAreAttribute = node.OpType == "Upsample" && node.Opset < 9;
        if (node.Attributes.Has("scales") != scalesAreAttribute)
        {
            throw node.Error(
                $"needs the scales as an {(scalesAreAttribute ? "attribute" : "input")} in operator set {node.Opset}");
        }

        var hasSizes = node.OpType == "Resize" && node.Opset >= 11;
        var isComplete = hasSizes ? node.HasInput(2) || node.HasInput(3) : node.HasInput(1) && node.Inputs.Count == 2;
        if (!scalesAreAttribute && !isComplete)
            throw node.Error("needs either scales or sizes");
    }

    public override bool ShapedBy(Node node, int input) => input >= (node.Opset >= 11 && node.OpType == "Resize" ? 2 : 1);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        if (node.Attributes.Text("mode", "nearest") == "nearest")
            return Repeat(inputs[0]!.Value, node);
        Require(node, inputs, 0, ElementType.Float32);
        return [ElementType.Float32];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [ResizeSettings.Of(node, inputs).Output];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var settings = ResizeSettings.Of(node, inputs);
        var current = inputs.Value(0);

        // Interpolation along one dimension after the other is the same as along all at once.
        for (var axis = 0; axis < current.Rank; axis++)
        {
            if (settings.Output[axis] == current.Shape[axis] && settings.Scales[axis] == 1)
                continue;
            int[] shape = [.. current.Shape];
            shape[axis] = settings.Output[axis];
            var next = Tensor.Zeros(current.Type, shape);
            ResizeAlong(node, settings, axis, current, next);
            current = next;
        }

        Array.Copy(current.Storage, outputs[0].Storage, current.Length);
    }

    private static void ResizeAlong(Node node, ResizeSettings settings, int axis, Tensor from, Tensor to)
    {
        var size = from.Shape[axis];
        var outer = Strided.Product(from.Shape, 0, axis);
        var inner = Strided.Product(from.Shape, axis + 1, from.Rank);
        var length = to.Shape[axis];
        var sums = new double[inner];
        for (var i = 0; i < length; i++)
        {
            var position = settings.Position(node, axis, i, size);
            if (settings.Mode == "nearest")
            {
                var nearest = Math.Clamp(settings.Nearest(node, axis, position), 0, size - 1);
                for (var o = 0; o < outer; o++)
                    Array.Copy(from.Storage, ((o * size) + nearest) * inner, to.Storage, ((o * length) + i) * inner, inner);
                continue;
            }

            (int index, double weight)[] taps = ResizeTaps.Of(node, settings.Mode, settings.Scales[axis], position, size);
            for (var o = 0; o < outer; o++)
            {
                Array.Clear(sums);
                foreach ((var index, var weight) in taps)
                {
                    ReadOnlySpan<float> x = from.Floats.Slice(((o * size) + index) * inner, inner);
                    for (var k = 0; k < sums.Length; k++)
                        sums[k] += weight * x[k];
                }

                var y = to.Floats.Slice(((o * length) + i) * inner, inner);
                for (var k = 0; k < sums.Length; k++)
                    y[k] = (float)sums[k];
            }
        }
    }
}

/// <summary>
/// The older form of <see cref="ResizeOp"/>, up to operator set 9: scales only, coordinates simply divided by them.
/// </summary>
internal sealed class UpsampleOp() : ResizeOp("Upsample", 1, 2)
{
    protected override void Validate(Node node)
    {
        if (node.Opset < 7)
            throw node.Error($"is not supported in operator set {node.Opset}");
        base.Validate(node);
    }
}
