using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Rewrites;

/// <summary>
/// Zeros added around planes become padding of the convolution or pooling after them. Max pooling, whose padding never wins,
/// takes them only where nothing is below zero.
/// </summary>
internal sealed class MergePad : IRewrite
{
    public bool Apply(GraphEditor editor)
    {
        var changed = false;
        foreach (var node in editor.Nodes)
        {
            if (node.OpType is not ("Conv" or "AveragePool" or "MaxPool")
                || editor.SoleProducerOf(node.Inputs[0]) is not { OpType: "Pad" } pad
                || node.Attributes.Text("auto_pad", "NOTSET") is not ("NOTSET" or "VALID")
                || SpatialZeros(editor, pad) is not { } zeros || Merge(editor, node, pad, zeros) is not { } attributes)
            {
                continue;
            }

            editor.Remove(pad);
            editor.Replace(node, node.With(inputs: node.Inputs.Select((input, i) => i == 0 ? pad.Inputs[0] : input),
                attributes: attributes));
            changed = true;
        }

        return changed;
    }

    // The zeros before and after each spatial dimension; null if the node pads otherwise.
    private static long[]? SpatialZeros(GraphEditor editor, Node pad)
    {
        var pads = pad.Attributes.Ints("pads")
            ?? (editor.ConstantInput(pad, 1) is { Type: ElementType.Int64 } given ? given.Int64s.ToArray() : null);
        float? value = !pad.HasInput(2) ? pad.Attributes.Float("value")
            : editor.ConstantInput(pad, 2) is { Type: ElementType.Float32, Length: 1 } filling ? filling.Floats[0] : null;
        if (pads == null || value != 0 || pad.HasInput(3) || pad.Attributes.Text("mode", "constant") != "constant"
            || pads.Any(p => p < 0))
        {
            return null;
        }

        var rank = pads.Length / 2;
        return rank >= 3 && pads[0] == 0 && pads[1] == 0 && pads[rank] == 0 && pads[rank + 1] == 0
            ? [.. pads[2..rank], .. pads[(rank + 2)..]]
            : null;
    }

    private static NodeAttributes? Merge(GraphEditor editor, Node node, Node pad, long[] zeros)
    {
        var own = node.Attributes.Ints("pads") ?? new long[zeros.Length];
        var merged = node.Attributes.Without("auto_pad").With("pads", own.Zip(zeros, (a, b) => a + b).ToArray());
        if (node.OpType == "Conv")
            return merged;
        if (own.Any(p => p != 0) || node.Attributes.Int("ceil_mode") != 0)
            return null;
        if (node.OpType == "AveragePool")
            return merged.With("count_include_pad", 1L);

        // Every window must hold an element of the plane, and so begin and end less than its size outside.
        var kernel = WindowGeometry.KernelShape(node)!;
        var allReach = node.Attributes.Ints("dilations") is not { } dilations || dilations.All(d => d == 1);
        allReach &= Enumerable.Range(0, zeros.Length).All(i => zeros[i] < kernel[i % kernel.Length]);
        return allReach && IsNeverNegative(editor, pad.Inputs[0]) ? merged : null;
    }

    private static bool IsNeverNegative(GraphEditor editor, string value) => editor.ProducerOf(value) is { } producer
        && (producer.OpType is "Relu" or "Sigmoid" || producer.Attributes.Text(Activation.Name) is "relu" or "sigmoid");
}
