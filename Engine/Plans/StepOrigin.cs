using System.Collections.Concurrent;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops.Activations;
using MlPipeline.Engine.Ops.Convolution;
using MlPipeline.Engine.Plans.Steps;

namespace MlPipeline.Engine.Plans;

/// <summary>What a step is part of, for reports.</summary>
/// <param name="Operation">The operators of its node.</param>
/// <param name="OutputShape">The sizes of the node's first output that is there.</param>
/// <param name="Bytes">Of the node's inputs and outputs.</param>
internal sealed record StepOrigin(string Operation, int[] OutputShape, long Bytes)
{
    public static StepOrigin Of(Node node, Func<string, int[]?> shapeOf)
    {
        var values = node.Inputs.Concat(node.Outputs).Where(v => v.Length > 0).Distinct();
        var elements = values.Sum(v => shapeOf(v) is { } shape ? shape.Aggregate(1L, (a, b) => a * b) : 0);
        return new StepOrigin(OperationOf(node), shapeOf(node.FirstOutput) ?? [], elements * sizeof(float));
    }

    private static string OperationOf(Node node)
    {
        var residual = node.OpType == "Conv" && node.HasInput(ConvOp.ResidualInput) ? " + add" : string.Empty;
        var activation = node.Attributes.Text(Activation.Name, "none");
        return $"{node.OpType}{residual}{(activation == "none" ? string.Empty : $" + {activation}")}";
    }
}

/// <summary>How long the steps of a plan took in a run, by a clock that counts <see cref="System.Diagnostics.Stopwatch"/>
/// ticks.</summary>
internal sealed class StepTimes
{
    private readonly ConcurrentDictionary<PlanStep, long> _ticks = new();

    public long Of(PlanStep step) => _ticks.GetValueOrDefault(step);

    public void Add(PlanStep step, long ticks) => _ticks.AddOrUpdate(step, ticks, (_, before) => before + ticks);
}
