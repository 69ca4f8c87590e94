using MlPipeline.Engine.Graphs;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>The weights (C x K) and biases (C) of a network's last layer.</summary>
internal sealed record LinearClassifier(float[] Weights, float[] Biases)
{
    /// <summary>Reads the layer's constants; null when it is not linear with constant weights.</summary>
    public static LinearClassifier? Of(GraphFacts facts, Node node, IReadOnlyList<string> addedBiases)
    {
        if (node.Inputs.Count < 2 || !facts.IsConstant(node.Inputs[1]))
            return null;
        var weightName = node.Inputs[1];
        var shape = facts.Shape(weightName);
        float[] weights;
        switch (node.OpType)
        {
            case "Gemm" when shape is { Length: 2 } && node.Attributes.Int("transA") == 0:
                weights = facts.ConstantFloats(weightName);
                if (node.Attributes.Int("transB") == 0)
                    weights = Transposed(weights, shape[0], shape[1]);
                Multiply(weights, node.Attributes.Float("alpha", 1));
                break;
            case "MatMul" when shape is { Length: 2 }:
                weights = Transposed(facts.ConstantFloats(weightName), shape[0], shape[1]);
                break;
            case "Conv" when shape is [_, _, 1, 1] && node.Attributes.Int("group", 1) == 1:
                weights = facts.ConstantFloats(weightName);
                break;
            default:
                return null;
        }

        var classes = node.OpType == "Conv" || node.Attributes.Int("transB") != 0 ? shape[0] : shape[1];
        var biases = new float[classes];
        if (node.HasInput(2))
            Add(biases, facts, node.Inputs[2], node.OpType == "Gemm" ? node.Attributes.Float("beta", 1) : 1);
        foreach (var bias in addedBiases)
            Add(biases, facts, bias, 1);
        return new LinearClassifier(weights, biases);
    }

    private static void Add(float[] biases, GraphFacts facts, string name, float factor)
    {
        var values = facts.ConstantFloats(name);
        for (var i = 0; i < biases.Length; i++)
            biases[i] += factor * values[values.Length == 1 ? 0 : i];
    }

    private static void Multiply(float[] values, float factor)
    {
        for (var i = 0; factor != 1 && i < values.Length; i++)
            values[i] *= factor;
    }

    private static float[] Transposed(float[] values, int rows, int columns)
    {
        var result = new float[values.Length];
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < columns; c++)
                result[(c * rows) + r] = values[(r * columns) + c];
        }

        return result;
    }
}
