using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Two steps of scaling and shifting channels in a row (subtract the mean, divide by the deviation) become one batch
/// normalisation.
/// </summary>
internal sealed class JoinAffine : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (ChannelAffine.Of(editor, node) is not { } second || editor.SoleProducerOf(second.Input) is not { } producer
                || ChannelAffine.Of(editor, producer) is not { } first)
            {
                continue;
            }

            var joined = first.Then(second);
            var channels = joined.Scale.Length;
            var ones = Tensor.Of(new float[channels], channels);
            ones.Floats.Fill(1);
            string Add(string part, Tensor value) => editor.AddConstant($"{node.Name}/{part}", value);

            editor.Remove(producer);
            editor.Replace(node, new Node("BatchNormalization",
                [joined.Input, Add("scale", Singles(joined.Scale)), Add("shift", Singles(joined.Shift)),
                    Add("mean", Tensor.Zeros(ElementType.Float32, channels)), Add("variance", ones)],
                node.Outputs, NodeAttributes.Of(("epsilon", 0f)), node.Name));
            changed = true;
        }

        return changed;
    }

    private static Tensor Singles(double[] values) => Tensor.Of(Array.ConvertAll(values, v => (float)v), values.Length);
}
