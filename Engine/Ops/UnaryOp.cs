using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>An operator that maps each element by itself.</summary>
internal abstract class UnaryOp(string type, params string[] attributes) : Op(type, 1, 1, [.. attributes, "consumed_inputs"])
{
    /// <summary>The function, with the node's parameters in it.</summary>
    public abstract Func<float, float> Function(Node node);

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        var function = Function(node);
        ReadOnlySpan<float> x = inputs.Floats(0);
        var y = outputs[0].Floats;
        for (var i = 0; i < y.Length; i++)
            y[i] = function(x[i]);
    }
}
