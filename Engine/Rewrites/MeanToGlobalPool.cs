using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>A mean over height and width of images becomes global average pooling, and a reshape if the dimensions go.</summary>
internal sealed class MeanToGlobalPool : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType != "ReduceMean" || editor.ShapeOf(node.Inputs[0]) is not { Length: 4 }
                || editor.Original.TypeOf(node.Inputs[0]) != ElementType.Float32)
            {
                continue;
            }

            var axes = node.Attributes.Ints("axes")
                ?? (editor.ConstantInput(node, 1) is { Type: ElementType.Int64 } given ? given.Int64s.ToArray() : null);
            if (axes == null || !axes.Select(a => a < 0 ? a + 4 : a).Order().SequenceEqual([2L, 3L]))
                continue;
            Pool(editor, node);
            changed = true;
        }

        return changed;
    }

    private static void Pool(GraphEditor editor, Node node)
    {
        if (node.Attributes.Int("keepdims", 1) != 0)
        {
            editor.Replace(node, new Node("GlobalAveragePool", [node.Inputs[0]], node.Outputs, null, node.Name, node.Opset));
            return;
        }

        var pooled = editor.UniqueName($"{node.Outputs[0]}/pooled");
        var target = editor.AddConstant($"{node.Name}/target", Tensor.Of([0L, -1L], 2));
        editor.Replace(node, new Node("Reshape", [pooled, target], node.Outputs, null, node.Name, Math.Max(5, node.Opset)));
        editor.Add(new Node("GlobalAveragePool", [node.Inputs[0]], [pooled], null, $"{node.Name}/pool", node.Opset));
    }
}
