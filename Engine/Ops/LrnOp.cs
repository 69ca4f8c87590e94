using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// Local response normalisation across channels (Krizhevsky et al. 2012): y = x / (bias + alpha / size * sum of squares)^beta,
/// the sum over
/// <c>size</c> channels around the element's own.
/// </summary>
internal sealed class LrnOp() : Op("LRN", 1, 1, "alpha", "beta", "bias", "size")
{
    protected override void Validate(Node node)
    {
        if (node.Attributes.Int("size") < 1)
            throw node.Error("attribute 'size' is missing or not positive");
    }

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => inputs.Rank(0) < 2
        ? throw node.Error($"needs an input of batch x channels x ..., not {ShapeText.Of(inputs.Shape(0))}")
        : [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var shape = inputs.Shape(0);
        var plane = Strided.Product(shape, 2, shape.Length);
        var size = (int)node.Attributes.Int("size");
        double alpha = node.Attributes.Float("alpha", 1e-4f);
        double beta = node.Attributes.Float("beta", 0.75f);
        double bias = node.Attributes.Float("bias", 1);
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
        {
            var c = i / plane % shape[1];
            double sum = 0;
            for (var other = Math.Max(0, c - ((size - 1) / 2)); other <= Math.Min(shape[1] - 1, c + (size / 2)); other++)
            {
                double value = x[i + ((other - c) * plane)];
                sum += value * value;
            }

            y[i] = (float)(x[i] / Math.Pow(bias + (alpha / size * sum), beta));
        }
    }
}
