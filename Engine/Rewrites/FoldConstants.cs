using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Computes once what depends on constants only.</summary>
internal sealed class FoldConstants : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        bool changed = false;
        foreach (Node node in editor.Nodes)
        {
            if (!node.Inputs.All(i => i.Length == 0 || editor.Constants.ContainsKey(i)))
                continue;
            Tensor[] values = OpRegistry.Of(node).Run(node,
                [.. node.Inputs.Select(i => i.Length == 0 ? null : editor.Constants[i])]);
            editor.Remove(node);
            for (int i = 0; i < values.Length; i++)
            {
                if (node.Outputs[i].Length > 0)
                    editor.SetConstant(node.Outputs[i], values[i]);
            }

            changed = true;
        }

        return changed;
    }
}
