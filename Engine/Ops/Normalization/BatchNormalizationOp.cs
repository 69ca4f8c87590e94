using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Normalization;

/// <summary>
/// Batch normalisation with given statistics (Ioffe and Szegedy 2015), per channel: y = scale (x - mean) / sqrt(variance +
/// epsilon) + b.
/// After rewriting it may also carry an activation (see <see cref="Activation"/>).
/// </summary>
internal sealed class BatchNormalizationOp() : Op("BatchNormalization", 5, 5,
    ["epsilon", "momentum", "spatial", "is_test", "training_mode", "consumed_inputs", .. Activation.Attributes])
{
    /// <summary>The constant added to the variance.</summary>
    public static float Epsilon(Node node) => node.Attributes.Float("epsilon", 1e-5f);

    public override ForwardValues? NeededByBackward(Node node) => Activation.IsFused(node) ? null : ForwardValues.Inputs;

    /// <summary>With the statistics given, not made from the batch.</summary>
    public override void Backward(Node node, OpInputs inputs, OpGradients gradients)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        ReadOnlySpan<float> x = inputs.Floats(0), dy = gradients.OfOutput();
        double[] sums = new double[shape[1]], products = new double[shape[1]];
        for (var i = 0; i < x.Length; i++)
        {
            var c = i / plane % shape[1];
            if (gradients.Wants(0))
                gradients.OfInput(0)[i] += (float)(inputs.Floats(1)[c] * Inverse(node, inputs, c) * dy[i]);
            sums[c] += dy[i];
            products[c] += dy[i] * ((double)x[i] - inputs.Floats(3)[c]);
        }

        for (var c = 0; c < sums.Length; c++)
        {
            double inverse = Inverse(node, inputs, c), scale = inputs.Floats(1)[c];
            if (gradients.Wants(1))
                gradients.OfInput(1)[c] += (float)(products[c] * inverse);
            if (gradients.Wants(2))
                gradients.OfInput(2)[c] += (float)sums[c];
            if (gradients.Wants(3))
                gradients.OfInput(3)[c] -= (float)(scale * inverse * sums[c]);
            if (gradients.Wants(4))
                gradients.OfInput(4)[c] -= (float)(0.5 * scale * inverse * inverse * inverse * products[c]);
        }
    }

    private static double Inverse(Node node, OpInputs inputs, int channel) =>
        1 / Math.Sqrt((double)inputs.Floats(4)[channel] + Epsilon(node));

    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("training_mode") != 0)
            throw node.Error("attribute 'training_mode' is set, which is not supported");
        if (node.Attributes.Int("spatial", 1) == 0)
            throw node.Error("attribute 'spatial' is 0, which is not supported");
        if (node.Opset < 7 && node.Attributes.Int("is_test") == 0)
            throw node.Error("attribute 'is_test' is not set: normalising by the batch itself is not supported");
        _ = Activation.Of(node);
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs)
    {
        var x = inputs.Shape(0);
        for (var i = 1; i < 5; i++)
        {
            if (x.Length < 2 || !inputs.Shape(i).AsSpan().SequenceEqual([x[1]]))
                throw node.Error($"input {i} is {ShapeText.Of(inputs.Shape(i))} for an input of {ShapeText.Of(x)}");
        }

        return [x];
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
        {
            var c = i / plane % shape[1];
            var scale = inputs.Floats(1)[c] / Math.Sqrt((double)inputs.Floats(4)[c] + Epsilon(node));
            y[i] = (float)(((x[i] - (double)inputs.Floats(3)[c]) * scale) + inputs.Floats(2)[c]);
        }

        Activation.Apply(node, y);
    }
}
