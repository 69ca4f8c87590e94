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
