using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// The steps of layer normalisation over the last dimension, as exporters wrote them before there was an operator, become one:
/// the mean is taken away, then divided by the root of the mean square plus epsilon, scaled and shifted.
/// </summary>
internal sealed class FuseLayerNormalization : IRewrite
{
    private const int Opset = 17;

    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType != "Div" || Find(editor, node) is not { } found)
                continue;
            foreach (var step in found.Steps)
                editor.Remove(step);
            editor.Replace(found.Last, new Node("LayerNormalization", [found.X, found.Scale, found.Shift], found.Last.Outputs,
                NodeAttributes.Of(("axis", -1), ("epsilon", found.Epsilon)), found.Last.Name, Math.Max(Opset, found.Last.Opset)));
            changed = true;
        }

        return changed;
    }

    private static Found? Find(GraphEditor editor, Node div)
    {
        // (x - mean) / sqrt(mean((x - mean)^2) + epsilon)
        if (Producer(editor, div.Inputs[0], "Sub") is not { } center || Producer(editor, div.Inputs[1], "Sqrt") is not { } root
            || Producer(editor, root.Inputs[0], "Add") is not { } sum || Constant(editor, sum) is not { } epsilon
            || epsilon.Value.Length != 1 || Producer(editor, epsilon.Other, "ReduceMean") is not { } variance
            || Square(editor, variance.Inputs[0]) is not { } square
            || Producer(editor, center.Inputs[1], "ReduceMean") is not { } mean || mean.Inputs[0] != center.Inputs[0]
            || !IsOverLast(editor, mean) || !IsOverLast(editor, variance))
        {
            return null;
        }

        var squared = Producer(editor, square.Inputs[0], "Sub");
        if (squared == null || squared.Inputs[0] != center.Inputs[0]
            || !(squared == center || Producer(editor, squared.Inputs[1], "ReduceMean") is { } other
                && IsSameMean(editor, other, mean)))
        {
            return null;
        }

        // times scale, plus shift
        var x = center.Inputs[0];
        if (SoleConsumer(editor, div) is not { OpType: "Mul" } scaled || Constant(editor, scaled) is not { } scale
            || SoleConsumer(editor, scaled) is not { OpType: "Add" } last || Constant(editor, last) is not { } shift
            || editor.ShapeOf(x) is not [.., int size] || scale.Value is not { Rank: 1 } || shift.Value is not { Rank: 1 }
            || scale.Value.Length != size || shift.Value.Length != size)
        {
            return null;
        }

        HashSet<Node> steps = [div, center, root, sum, variance, square, mean, squared, scaled];
        if (squared != center)
            steps.Add(editor.ProducerOf(squared.Inputs[1])!);
        var isClosed = steps.All(s => !editor.IsOutput(s.Outputs[0]) && editor.ConsumersOf(s.Outputs[0])
            .All(c => c == last || steps.Contains(c)));
        return isClosed ? new Found(x, scale.Name, shift.Name, epsilon.Value.Floats[0], [.. steps], last) : null;
    }

    private static Node? Producer(GraphEditor editor, string value, string op) =>
        editor.ProducerOf(value) is { } node && node.OpType == op && node.Opset >= 7 ? node : null;

    private static Node? SoleConsumer(GraphEditor editor, Node node) => editor.ConsumersOf(node.Outputs[0]) is [var only]
        ? only : null;

    // The constant operand of a sum or product, and the other one.
    private static (string Name, Tensor Value, string Other)? Constant(GraphEditor editor, Node node)
    {
        for (var i = 0; i < 2; i++)
        {
            if (editor.ConstantInput(node, i) is { Type: ElementType.Float32 } value)
                return (node.Inputs[i], value, node.Inputs[1 - i]);
        }

        return null;
    }

    private static Node? Square(GraphEditor editor, string value) => editor.ProducerOf(value) switch
    {
        { OpType: "Mul" } product when product.Inputs[0] == product.Inputs[1] => product,
        { OpType: "Pow" } power when editor.ConstantInput(power, 1) is { Length: 1, Type: ElementType.Float32 } two
            && two.Floats[0] == 2 => power,
        _ => null,
    };

    private static bool IsSameMean(GraphEditor editor, Node mean, Node other) =>
        mean.Inputs[0] == other.Inputs[0] && IsOverLast(editor, mean);

    private static bool IsOverLast(GraphEditor editor, Node mean)
    {
        var axes = mean.Attributes.Ints("axes")
            ?? (editor.ConstantInput(mean, 1) is { Type: ElementType.Int64 } given ? given.Int64s.ToArray() : null);
        return mean.Attributes.Int("keepdims", 1) != 0 && axes is [var axis]
            && editor.ShapeOf(mean.Inputs[0]) is { } shape && (axis == -1 || axis == shape.Length - 1);
    }

    private sealed record Found(string X, string Scale, string Shift, float Epsilon, IReadOnlyList<Node> Steps, Node Last);
}
