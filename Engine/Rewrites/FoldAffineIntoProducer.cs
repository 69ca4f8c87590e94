using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Folds scaling and shifting of channels (batch normalisation, a bias) into the weights of the convolution, matrix product or
/// batch
/// normalisation before it.
/// </summary>
internal sealed class FoldAffineIntoProducer : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        bool changed = false;
        foreach (Node node in editor.Nodes)
        {
            if (ChannelAffine.Of(editor, node) is not { } affine || editor.SoleProducerOf(affine.Input) is not { } producer
                || Activation.IsFused(producer))
                continue;
            string[]? inputs = producer.OpType switch
            {
                "Conv" => IntoConv(editor, producer, affine),
                "Gemm" => IntoGemm(editor, producer, affine),
                "BatchNormalization" => IntoNormalization(editor, producer, affine),
                _ => null,
            };
            if (inputs == null)
                continue;
            Node folded = producer.OpType == "Gemm"
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
        Tensor? bias = editor.ConstantInput(conv, ConvOp.BiasInput);
        if (conv.HasInput(ConvOp.BiasInput) && bias == null)
            return null;

        // The weights stay as they are, whoever else reads them: they are scaled when they are packed.
        Tensor? before = editor.ConstantInput(conv, ConvOp.ScaleInput);
        float[] scale = new float[affine.Scale.Length];
        for (int m = 0; m < scale.Length; m++)
            scale[m] = (float)(affine.Scale[m] * (before?.Floats[m] ?? 1));
        return [conv.Inputs[0], conv.Inputs[1], editor.AddConstant($"{conv.Name}/bias", Shifted(affine, c => bias?.Floats[c] ?? 0)),
            "", editor.AddConstant($"{conv.Name}/scale", Tensor.Of(scale, scale.Length))];
    }

    private static string[]? IntoGemm(GraphEditor editor, Node gemm, ChannelAffine affine)
    {
        bool transposed = gemm.Attributes.Int("transB") != 0;
        Tensor? bias = editor.ConstantInput(gemm, 2);
        if (editor.ConstantInput(gemm, 1) is not { } weights || weights.Shape[transposed ? 0 : 1] != affine.Scale.Length
            || (gemm.HasInput(2) && bias == null) || (bias != null && bias.Length != 1 && bias.Length != affine.Scale.Length)
            || bias is { Rank: 2 } && bias.Shape[0] != 1)
            return null;
        float[] scaled = GC.AllocateUninitializedArray<float>(weights.Length);
        ReadOnlySpan<float> values = weights.Floats;
        for (int i = 0; i < scaled.Length; i++)
            scaled[i] = (float)(values[i] * affine.Scale[transposed ? i / weights.Shape[1] : i % weights.Shape[1]]);
        double beta = gemm.Attributes.Float("beta", 1);
        return [gemm.Inputs[0], editor.AddConstant($"{gemm.Name}/weights", Tensor.Of(scaled, weights.Shape)),
            editor.AddConstant($"{gemm.Name}/bias", Shifted(affine, c => bias == null ? 0
                : beta * bias.Floats[bias.Length == 1 ? 0 : c]))];
    }

    private static string[]? IntoNormalization(GraphEditor editor, Node node, ChannelAffine affine)
    {
        if (editor.ConstantInput(node, 1) is not { } scale || editor.ConstantInput(node, 2) is not { } bias)
            return null;
        Tensor scaled = scale.Clone();
        for (int c = 0; c < scaled.Length; c++)
            scaled.Floats[c] = (float)(scale.Floats[c] * affine.Scale[c]);
        return [node.Inputs[0], editor.AddConstant($"{node.Name}/scale", scaled),
            editor.AddConstant($"{node.Name}/shift", Shifted(affine, c => bias.Floats[c])), node.Inputs[3], node.Inputs[4]];
    }

    private static Tensor Shifted(ChannelAffine affine, Func<int, double> bias)
    {
        float[] shifts = new float[affine.Shift.Length];
        for (int c = 0; c < shifts.Length; c++)
            shifts[c] = (float)((bias(c) * affine.Scale[c]) + affine.Shift[c]);
        return Tensor.Of(shifts, shifts.Length);
    }
}
