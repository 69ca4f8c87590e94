using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Reductions;

/// <summary>
/// The k largest elements along a dimension (by default the last), or the smallest, and where they were; of equal ones the first
/// comes first, and what is no number counts as the largest. k is an attribute, since operator set 10 an input. They are always
/// in order, also where none is asked for.
/// </summary>
internal sealed class TopKOp() : Op("TopK", 1, 2, "axis", "k", "largest", "sorted")
{
    private const int CountIsInputSince = 10;

    protected override int MaxOutputs => 2;

    public override bool ShapedBy(Node node, int input) => input == 1;

    public override bool MixesRows(Node node, IReadOnlyList<Fact?> inputs) => AxisOf(node, inputs[0]!.Shape!.Length) == 0;

    protected override void Validate(Node node)
    {
        var asInput = node.Opset >= CountIsInputSince;
        if (asInput ? node.Attributes.Has("k") || !node.HasInput(1) : node.Inputs.Count > 1 || !node.Attributes.Has("k"))
            throw node.Error($"needs k as an {(asInput ? "input" : "attribute")} in operator set {node.Opset}");
    }

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs)
    {
        Require(node, inputs, 0, ElementType.Float32, ElementType.Int64, ElementType.Int32);
        return CountOutputs(node) == 1 ? [inputs[0]!.Value] : [inputs[0]!.Value, ElementType.Int64];
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        int[] shape = [.. inputs.Shape(0)];
        var axis = AxisOf(node, shape.Length);
        var given = node.Attributes.Has("k") ? [node.Attributes.Int("k")] : inputs.Integers(1);
        if (given is not [long k] || k < 0 || k > shape[axis])
            throw node.Error($"cannot take [{string.Join(", ", given)}] along dimension {axis} of {ShapeText.Of(shape)}");
        shape[axis] = (int)k;
        return Repeat(shape, node);
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var axis = AxisOf(node, shape.Length);
        int size = shape[axis], count = outputs[0].Shape[axis], inner = Strided.Product(shape, axis + 1, shape.Length);
        var x = inputs.Value(0);
        var sign = node.Attributes.Int("largest", 1) != 0 ? -1 : 1;
        var from = new int[outputs[0].Length];
        for (var vector = 0; vector < from.Length / Math.Max(1, count); vector++)
        {
            var start = (vector / inner * size * inner) + (vector % inner);
            var to = (vector / inner * count * inner) + (vector % inner);
            int[] order = [.. Enumerable.Range(0, size)];
            Array.Sort(order, (a, b) =>
                Compare(x, start + (a * inner), start + (b * inner)) is not 0 and var c ? sign * c : a - b);
            for (var i = 0; i < count; i++)
            {
                from[to + (i * inner)] = start + (order[i] * inner);
                if (outputs.Length > 1)
                    outputs[1].Int64s[to + (i * inner)] = order[i];
            }
        }

        Strided.Gather(x, outputs[0], from);
    }

    private static int Compare(Tensor x, int a, int b) => x.Type switch
    {
        ElementType.Float32 => float.IsNaN(x.Floats[a]).CompareTo(float.IsNaN(x.Floats[b])) is not 0 and var order ? order
            : x.Floats[a].CompareTo(x.Floats[b]),
        ElementType.Int64 => x.Int64s[a].CompareTo(x.Int64s[b]),
        _ => x.Int32s[a].CompareTo(x.Int32s[b]),
    };

    private static int AxisOf(Node node, int rank) => Strided.Axis(node, node.Attributes.Int("axis", -1), rank);
}
