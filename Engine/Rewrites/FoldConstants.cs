using MlPipeline.Engine.Ops;

namespace MlPipeline.Engine.Rewrites;

/// <summary>Computes once what depends on constants only.</summary>
internal sealed class FoldConstants : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (!node.Inputs.All(i => i.Length == 0 || editor.Constants.ContainsKey(i)))
                continue;
            var values = OpRegistry.Of(node).Run(node,
                [.. node.Inputs.Select(i => i.Length == 0 ? null : editor.Constants[i])]);
            editor.Remove(node);
            for (var i = 0; i < values.Length; i++)
            {
                if (node.Outputs[i].Length > 0)
                    editor.SetConstant(node.Outputs[i], values[i]);
            }

            changed = true;
        }

        return changed;
    }
}
