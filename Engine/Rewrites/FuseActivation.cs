using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Makes an activation part of the convolution, matrix product or batch normalisation before it (see <see cref="Activation"/>).
/// </summary>
internal sealed class FuseActivation : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (Activation.From(node, editor.Constants) is not { } activation
                || editor.SoleProducerOf(node.Inputs[0]) is not { OpType: "Conv" or "Gemm" or "BatchNormalization" } producer
                || producer.Attributes.Has(Activation.Name))
            {
                continue;
            }

            var attributes = producer.Attributes.With(Activation.Name, activation.Name)
                .With(Activation.Alpha, activation.Alpha).With(Activation.Beta, activation.Beta);
            editor.Remove(producer);
            editor.Replace(node, producer.With(outputs: node.Outputs, attributes: attributes));
            changed = true;
        }

        return changed;
    }
}

/// <summary>A value times its own sigmoid becomes Swish, times its own hard sigmoid (of slope 1/6) HardSwish.</summary>
internal sealed class FuseGates : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType != "Mul" || node.Inputs.Count != 2)
                continue;
            for (var i = 0; i < 2; i++)
            {
                if (editor.SoleProducerOf(node.Inputs[i]) is not { } gate || gate.Inputs[0] != node.Inputs[1 - i]
                    || OpOf(gate) is not { } op)
                {
                    continue;
                }

                editor.Remove(gate);
                editor.Replace(node, new Node(op, [gate.Inputs[0]], node.Outputs, null, node.Name, node.Opset));
                changed = true;
                break;
            }
        }

        return changed;
    }

    private static string? OpOf(Node gate) => gate.OpType switch
    {
        "Sigmoid" => "Swish",
        "HardSigmoid" when gate.Attributes.Float("beta", 0.5f) == 0.5f
            && MathF.Abs((6 * gate.Attributes.Float("alpha", 0.2f)) - 1) < 1e-6f => "HardSwish",
        _ => null,
    };
}
