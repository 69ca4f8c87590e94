namespace MlPipeline.Engine.Rewrites;

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
