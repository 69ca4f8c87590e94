using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>The product of a matrix and a constant matrix becomes a Gemm, into which a bias can then be folded.</summary>
internal sealed class MatMulToGemm : IRewrite
{
    // From here on the third input may be left out.
    private const int Opset = 11;

    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType != "MatMul" || editor.ShapeOf(node.Inputs[0]) is not { Length: 2 }
                || editor.ConstantInput(node, 1) is not { Rank: 2, Type: ElementType.Float32 })
            {
                continue;
            }

            editor.Replace(node, new Node("Gemm", node.Inputs, node.Outputs, null, node.Name, Math.Max(Opset, node.Opset)));
            changed = true;
        }

        return changed;
    }
}
