using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Shapes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Of two reshapes in a row the first is left out; two transposes in a row become one.</summary>
internal sealed class JoinReshapes : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (editor.ProducerOf(node.Inputs.FirstOrDefault("")) is { } first
                && editor.Original.HasValue(first.Inputs.FirstOrDefault("")))
            {
                changed |= node.OpType == "Transpose" ? JoinTransposes(editor, first, node) : LeaveOut(editor, first, node);
            }
        }

        return changed;
    }

    private static bool LeaveOut(GraphEditor editor, Node first, Node second)
    {
        if (first.OpType is not ("Reshape" or "Flatten" or "Squeeze" or "Unsqueeze") || !TakesAnyShape(editor, first, second))
            return false;
        editor.Replace(second, second.With(inputs: second.Inputs.Select((input, i) => i == 0 ? first.Inputs[0] : input)));
        return true;
    }

    // The second must not look at the shape that the first gives, but for leading dimensions that are the same before the first.
    private static bool TakesAnyShape(GraphEditor editor, Node first, Node second)
    {
        var before = first.Inputs[0];
        var between = first.Outputs[0];
        switch (second.OpType)
        {
            case "Flatten":
                return second.Attributes.Int("axis", 1) == 1 && SameSize(editor, before, between, 0);
            case "Reshape" when second.Attributes.Int("allowzero") == 0:
                var target = second.Attributes.Ints("shape")
                    ?? (editor.ConstantInput(second, 1) is { Type: ElementType.Int64 } given ? given.Int64s.ToArray() : null);
                return target != null && Enumerable.Range(0, target.Length).All(i => target[i] != 0
                    || SameSize(editor, before, between, i));
            default:
                return false;
        }
    }

    private static bool SameSize(GraphEditor editor, string value, string other, int axis) =>
        Same(editor.Original.Probe.First, value, other, axis) && Same(editor.Original.Probe.Second, value, other, axis);

    private static bool Same(GraphShapes shapes, string value, string other, int axis) =>
        shapes.Find(value) is { } a && shapes.Find(other) is { } b && a.Length > axis && b.Length > axis && a[axis] == b[axis];

    private static bool JoinTransposes(GraphEditor editor, Node first, Node second)
    {
        if (first.OpType != "Transpose" || editor.ShapeOf(first.Inputs[0]) is not { } shape)
            return false;
        var inner = TransposeOp.Order(first, shape.Length);
        var joined = Array.ConvertAll(TransposeOp.Order(second, shape.Length), i => inner[i]);
        editor.Replace(second, second.With(inputs: [first.Inputs[0]], attributes: NodeAttributes.Of(("perm", joined))));
        return true;
    }
}
