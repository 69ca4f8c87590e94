using System.Runtime.CompilerServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Folds scaling and shifting of channels (batch normalisation, a bias) into the weights of the convolution, matrix product or
/// batch normalisation before it.
/// </summary>
internal sealed class FoldAffineIntoProducer : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (ChannelAffine.Of(editor, node) is not { } affine || editor.SoleProducerOf(affine.Input) is not { } producer
                || Activation.IsFused(producer))
            {
                continue;
            }

            var inputs = producer.OpType switch
            {
                "Conv" => IntoConv(editor, producer, affine),
                "Gemm" => IntoGemm(editor, producer, affine),
                "BatchNormalization" => IntoNormalization(editor, producer, affine),
                _ => null,
            };
            if (inputs == null)
                continue;
            var folded = producer.OpType == "Gemm"
                ? new Node("Gemm", inputs, node.Outputs, producer.Attributes.Without("beta", "broadcast"), producer.Name,
                    Math.Max(11, producer.Opset))
                : producer.With(inputs, node.Outputs);
            editor.Remove(producer);
            editor.Replace(node, folded);
            changed = true;
        }

        return changed;
    }

    private static string[]? IntoConv(GraphEditor editor, Node conv, ChannelAffine affine)
    {
        if (editor.ConstantInput(conv, 1) is not { } weights || weights.Shape[0] != affine.Scale.Length)
            return null;
        var bias = editor.ConstantInput(conv, ConvOp.BiasInput);
        if (conv.HasInput(ConvOp.BiasInput) && bias == null)
            return null;

        // The weights stay as they are, whoever else reads them: they are scaled when they are packed.
        var before = editor.ConstantInput(conv, ConvOp.ScaleInput);
        var scale = Scaled(affine, before == null ? default : before.Floats);
        return [conv.Inputs[0], conv.Inputs[1],
            editor.AddConstant($"{conv.Name}/bias", Shifted(affine, bias == null ? default : bias.Floats)),
            "", editor.AddConstant($"{conv.Name}/scale", scale)];
    }

    private static string[]? IntoGemm(GraphEditor editor, Node gemm, ChannelAffine affine)
    {
        var transposed = gemm.Attributes.Int("transB") != 0;
        var bias = editor.ConstantInput(gemm, 2);
        if (editor.ConstantInput(gemm, 1) is not { } weights || weights.Shape[transposed ? 0 : 1] != affine.Scale.Length
            || (gemm.HasInput(2) && bias == null) || (bias != null && bias.Length != 1 && bias.Length != affine.Scale.Length)
            || bias is { Rank: 2 } && bias.Shape[0] != 1)
        {
            return null;
        }

        var scaled = GC.AllocateUninitializedArray<float>(weights.Length);
        ReadOnlySpan<float> values = weights.Floats;
        for (var i = 0; i < scaled.Length; i++)
            scaled[i] = (float)(values[i] * affine.Scale[transposed ? i / weights.Shape[1] : i % weights.Shape[1]]);
        double beta = gemm.Attributes.Float("beta", 1);
        return [gemm.Inputs[0], editor.AddConstant($"{gemm.Name}/weights", Tensor.Of(scaled, weights.Shape)),
            editor.AddConstant($"{gemm.Name}/bias", Shifted(affine, bias == null ? default : bias.Floats, beta))];
    }

    private static string[]? IntoNormalization(GraphEditor editor, Node node, ChannelAffine affine)
    {
        if (editor.ConstantInput(node, 1) is not { } scale || editor.ConstantInput(node, 2) is not { } bias)
            return null;
        return [node.Inputs[0], editor.AddConstant($"{node.Name}/scale", Scaled(affine, scale.Floats)),
            editor.AddConstant($"{node.Name}/shift", Shifted(affine, bias.Floats)), node.Inputs[3], node.Inputs[4]];
    }

    /// <summary>Factors, one per channel or none (all 1), times the affine's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor Scaled(ChannelAffine affine, ReadOnlySpan<float> before)
    {
        var factors = affine.Scale;
        var scale = new float[factors.Length];
        for (var c = 0; c < scale.Length; c++)
            scale[c] = (float)(factors[c] * (before.IsEmpty ? 1 : before[c]));
        return Tensor.Of(scale, scale.Length);
    }

    /// <summary>Terms, one per channel or for all or none (all 0), times a factor, scaled and shifted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Tensor Shifted(ChannelAffine affine, ReadOnlySpan<float> bias, double beta = 1)
    {
        (var factors, var terms) = (affine.Scale, affine.Shift);
        var shifts = new float[terms.Length];
        for (var c = 0; c < shifts.Length; c++)
        {
            var value = bias.IsEmpty ? 0 : beta * bias[bias.Length == 1 ? 0 : c];
            shifts[c] = (float)((value * factors[c]) + terms[c]);
        }

        return Tensor.Of(shifts, shifts.Length);
    }
}
