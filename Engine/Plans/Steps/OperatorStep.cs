using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>An operator without a kernel, run by its plain definition on tensors.</summary>
internal sealed class OperatorStep(Node node, IReadOnlyList<Place?> inputs, IReadOnlyList<Place?> outputs) : PlanStep(node.Name)
{
    private readonly Op _op = OpRegistry.Of(node);

    public override string Algorithm => "plain operator";

    public override int Tasks(int phase) => 0;

    public override void Prepare(Workspace workspace)
    {
        var given = new Tensor?[inputs.Count];
        for (var i = 0; i < given.Length; i++)
            given[i] = inputs[i] is { } place ? workspace.TensorOf(place) : null;
        var made = _op.Run(node, given);
        for (var i = 0; i < made.Length; i++)
        {
            if (outputs[i] is { } place)
                workspace.SetTensor(place, made[i]);
        }
    }

    public override void Execute(Workspace workspace, int phase, int task, int worker)
    {
    }

    public override string ToString() => $"operator {node.OpType}";
}
