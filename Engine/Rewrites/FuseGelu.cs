using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>x / sqrt(2), its error function, plus 1, times x, times 1/2 (in any order of the factors) becomes Gelu.</summary>
internal sealed class FuseGelu : IRewrite
{
    private const int Opset = 20;

    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType != "Erf" || Scaled(editor, node) is not { } scaled
                || SoleConsumer(editor, node) is not { OpType: "Add" } sum
                || !IsNumber(OtherConstant(editor, sum, node), 1) || SoleConsumer(editor, sum) is not { OpType: "Mul" } product
                || Halved(editor, product, sum, scaled.Inputs[0]) is not { } found)
            {
                continue;
            }

            foreach (var gone in found.Gone.Append(scaled).Append(node).Append(sum))
                editor.Remove(gone);
            editor.Replace(found.Last, new Node("Gelu", [scaled.Inputs[0]], found.Last.Outputs, null, found.Last.Name,
                Math.Max(Opset, found.Last.Opset)));
            changed = true;
        }

        return changed;
    }

    // The last product, and the one before it: (x (1 + erf)) / 2, or (x / 2) (1 + erf).
    private static (Node Last, Node[] Gone)? Halved(GraphEditor editor, Node product, Node sum, string x)
    {
        var other = product.Inputs[product.Inputs[0] == sum.Outputs[0] ? 1 : 0];
        if (other == x)
        {
            return SoleConsumer(editor, product) is { OpType: "Mul" } last && IsNumber(OtherConstant(editor, last, product), 0.5f)
                ? (last, [product])
                : null;
        }

        return editor.SoleProducerOf(other) is { OpType: "Mul" } half && half.Inputs.Contains(x)
            && IsNumber(editor.ConstantInput(half, half.Inputs[0] == x ? 1 : 0), 0.5f)
            ? (product, [half])
            : null;
    }

    private static Node? Scaled(GraphEditor editor, Node erf) => editor.SoleProducerOf(erf.Inputs[0]) switch
    {
        { OpType: "Div" } div when IsNumber(editor.ConstantInput(div, 1), MathF.Sqrt(2)) => div,
        { OpType: "Mul" } mul when IsNumber(editor.ConstantInput(mul, 1), MathF.Sqrt(0.5f)) => mul,
        _ => null,
    };

    private static Node? SoleConsumer(GraphEditor editor, Node node) =>
        !editor.IsOutput(node.Outputs[0]) && editor.ConsumersOf(node.Outputs[0]) is [var only] && only.Opset >= 7 ? only : null;

    private static Tensor? OtherConstant(GraphEditor editor, Node node, Node producer) =>
        editor.ConstantInput(node, node.Inputs[0] == producer.Outputs[0] ? 1 : 0);

    // A scalar, or one element that stretches to whatever it meets without making it any larger.
    private static bool IsNumber(Tensor? tensor, float value) =>
        tensor is { Type: ElementType.Float32, Length: 1, Rank: <= 1 } && MathF.Abs(tensor.Floats[0] - value) <= 1e-6f * value;
}
