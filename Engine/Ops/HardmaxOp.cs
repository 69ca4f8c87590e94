using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// 1 at the first of the largest elements (what is no number counts as such), 0 elsewhere, over the same dimensions as
/// <see cref="SoftmaxOp"/>.
/// </summary>
internal sealed class HardmaxOp() : SoftmaxOp("Hardmax")
{
    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs)
    {
        (var outer, var size, var inner) = Blocks(node, inputs.Shape(0));
        ReadOnlySpan<float> x = inputs.Floats(0);
        for (var block = 0; block < outer * inner && size > 0; block++)
        {
            var start = (block / inner * size * inner) + (block % inner);
            var largest = start;
            for (var at = start; at < start + (size * inner) && !float.IsNaN(x[largest]); at += inner)
                largest = x[at] <= x[largest] ? largest : at;

            outputs[0].Floats[largest] = 1;
        }
    }
}
