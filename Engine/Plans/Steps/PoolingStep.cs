using MlPipeline.Engine.Kernels.Pooling;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Pooling by windows; the items are output rows.</summary>
internal sealed unsafe class PoolingStep(string name, int threads, Pooling pooling, Place input, Place output)
    : RangeStep(name, threads, pooling.Rows, output.Length * 4, input, output)
{
    protected override void DoRange(Workspace workspace, int worker, int first, int end) =>
        pooling.Execute(workspace.Address(input), workspace.Address(output), first, end);
}
