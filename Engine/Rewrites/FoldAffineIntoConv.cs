using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Folds scaling and shifting of channels into the weights of the convolution after it. A shift does not pass through padding
/// (which is zero after it, not before), so it must be none, or there must be no padding.
/// </summary>
internal sealed class FoldAffineIntoConv : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var conv in editor.Nodes)
        {
            if (conv.OpType != "Conv" || editor.SoleProducerOf(conv.Inputs[0]) is not { } node
                || ChannelAffine.Of(editor, node) is not { } affine || editor.ConstantInput(conv, 1) is not { } weights
                || (conv.HasInput(ConvOp.BiasInput) && editor.ConstantInput(conv, ConvOp.BiasInput) == null)
                || (affine.Shift.Any(s => s != 0) && HasPadding(conv)))
            {
                continue;
            }

            editor.Remove(node);
            editor.Replace(conv, Fold(editor, conv, weights, affine));
            changed = true;
        }

        return changed;
    }

    private static bool HasPadding(Node conv) =>
        conv.Attributes.Text("auto_pad", "NOTSET") is "SAME_UPPER" or "SAME_LOWER" || conv.Attributes.Ints("pads") is { } pads
            && pads.Any(p => p != 0);

    private static Node Fold(GraphEditor editor, Node conv, Tensor weights, ChannelAffine affine)
    {
        var channels = weights.Shape[1];
        var window = Strided.Product(weights.Shape, 2, weights.Rank);
        var groupOutputs = weights.Shape[0] / (int)conv.Attributes.Int("group", 1);
        var own = ConvOp.Scaled(weights, editor.ConstantInput(conv, ConvOp.ScaleInput));
        ReadOnlySpan<float> from = own.Floats;
        var to = GC.AllocateUninitializedArray<float>(own.Length);
        var bias = new double[weights.Shape[0]];
        var given = editor.ConstantInput(conv, ConvOp.BiasInput);
        for (var m = 0; m < bias.Length; m++)
            bias[m] = given?.Floats[m] ?? 0;
        for (var i = 0; i < from.Length; i++)
        {
            var m = i / window / channels;
            var c = (m / groupOutputs * channels) + (i / window % channels);
            to[i] = (float)(from[i] * affine.Scale[c]);
            bias[m] += from[i] * affine.Shift[c];
        }

        var shifted = Tensor.Of(Array.ConvertAll(bias, b => (float)b), bias.Length);
        return conv.With(inputs: [affine.Input, editor.AddConstant($"{conv.Name}/weights", Tensor.Of(to, weights.Shape)),
            editor.AddConstant($"{conv.Name}/bias", shifted),
            conv.HasInput(ConvOp.ResidualInput) ? conv.Inputs[ConvOp.ResidualInput] : ""]);
    }
}
