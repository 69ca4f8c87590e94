using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Makes the addition of a value of the same shape part of the convolution that gives the other term (see <see cref="ConvOp"/>).
/// </summary>
internal sealed class FuseResidual : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType is not ("Add" or "Sum") || node.Inputs.Count != 2
                || !editor.SameShape(node.Inputs[0], node.Inputs[1]))
            {
                continue;
            }

            // Of two convolutions the later one: when it runs, the other's result is there.
            (var conv, var residual) = Enumerable.Range(0, 2)
                .Select(i => (Conv: Candidate(editor, node.Inputs[i]), Residual: node.Inputs[1 - i]))
                .Where(c => c.Conv != null).OrderBy(c => editor.PlaceOf(c.Conv!)).LastOrDefault();
            if (conv == null)
                continue;
            var bias = conv.HasInput(ConvOp.BiasInput) ? conv.Inputs[ConvOp.BiasInput] : "";
            editor.Remove(conv);
            editor.Replace(node,
                conv.With(inputs: [conv.Inputs[0], conv.Inputs[1], bias, residual!, .. conv.Inputs.Skip(ConvOp.ScaleInput)],
                    outputs: node.Outputs));
            changed = true;
        }

        return changed;
    }

    private static Node? Candidate(GraphEditor editor, string value) =>
        editor.SoleProducerOf(value) is { OpType: "Conv" } conv && !Activation.IsFused(conv) ? conv : null;
}
