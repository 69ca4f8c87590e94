using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops.Elementwise;
using MlPipeline.Engine.Ops.Shapes;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Removes nodes that give what they get: Identity, Dropout, and others whose parameters make them so.</summary>
internal sealed class RemoveIdentities : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
            changed |= IsIdentity(editor, node) && editor.TryBypass(node);
        return changed;
    }

    private static bool IsIdentity(GraphEditor editor, Node node) => node.OpType switch
    {
        "Identity" => true,
        "Dropout" => node.Outputs.Skip(1).All(o => !editor.IsOutput(o) && editor.ConsumersOf(o).Count == 0),
        "Concat" or "Sum" or "Mean" or "Max" or "Min" => node.Inputs.Count == 1,
        "Cast" => CastOp.Target(node) is var target && OnnxTypes.ComputedAs(target) == target
            && editor.Original.HasValue(node.Inputs[0])
            && editor.Original.TypeOf(node.Inputs[0]) == target,
        "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" or "Expand" or "Tile" =>
            editor.SameShape(node.Inputs[0], node.Outputs[0]),
        "Transpose" => editor.ShapeOf(node.Inputs[0]) is { } shape
            && TransposeOp.Order(node, shape.Length).SequenceEqual(Enumerable.Range(0, shape.Length)),
        "Pad" => node.Attributes.Ints("pads") is { } pads ? pads.All(p => p == 0)
            : editor.ConstantInput(node, 1) is { Type: ElementType.Int64 } given && !given.Int64s.ContainsAnyExcept(0L),
        "Clip" => ClipOp.ConstantBounds(node, editor.Constants) is (float.NegativeInfinity, float.PositiveInfinity)
            && node.Inputs.Count == 1,
        _ => false,
    };
}

/// <summary>Removes nodes that no output depends on.</summary>
internal sealed class RemoveUnused : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes.Reverse().ToArray())
        {
            if (node.Outputs.Any(o => o.Length > 0 && (editor.IsOutput(o) || editor.ConsumersOf(o).Count > 0)))
                continue;
            editor.Remove(node);
            changed = true;
        }

        return changed;
    }
}
