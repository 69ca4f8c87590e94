using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Tests.Training;

/// <summary>The gradients of a network by the operators' plain definitions: the oracle of all plans.</summary>
internal static class PlainTraining
{
    /// <summary>The gradients of some value by all others, by name.</summary>
    public static Dictionary<string, Tensor> Gradients(Graph graph, Tensor input, string output, Func<Tensor, Tensor> seed)
    {
        Dictionary<string, Tensor> values = new(graph.Constants) { [graph.Inputs[0].Name] = input };
        foreach (var node in graph.Nodes)
        {
            var made = OpRegistry.Of(node).Run(node, [.. node.Inputs.Select(i => i.Length == 0 ? null : values[i])]);
            for (var i = 0; i < made.Length; i++)
                values[node.Outputs[i]] = made[i];
        }

        Dictionary<string, Tensor> gradients = new() { [output] = seed(values[output]) };
        foreach (var node in graph.Nodes.Reverse())
        {
            if (!node.Outputs.Any(gradients.ContainsKey))
                continue;
            Tensor?[] made = [.. node.Inputs.Select((name, i) => name.Length > 0 && values[name].Type == ElementType.Float32
                && (i == 0 || node.OpType is not ("Clip" or "Pad" or "Dropout"))
                ? Tensor.Zeros(ElementType.Float32, values[name].Shape) : null)];
            OpRegistry.Of(node).Backward(
                node,
                new OpInputs(node, [.. node.Inputs.Select(i => i.Length == 0 ? null : Fact.Of(values[i]))]),
                new OpGradients(
                    [.. node.Outputs.Select(o => values[o])], [.. node.Outputs.Select(gradients.GetValueOrDefault)], made));
            for (var i = 0; i < made.Length; i++)
            {
                if (made[i] is not { } gradient)
                    continue;
                if (!gradients.TryAdd(node.Inputs[i], gradient))
                {
                    var sum = gradients[node.Inputs[i]].Floats;
                    for (var n = 0; n < sum.Length; n++)
                        sum[n] += gradient.Floats[n];
                }
            }
        }

        return gradients;
    }
}
