using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>Forward and backward pass for one size of the batch, with their memory. Runs one at a time.</summary>
internal sealed class CompiledPlan(
    Workspace workspace, PlanStep[] steps, Place[] inputs, Place[] values, Place[] gradients, List<IDisposable> owned)
    : IDisposable
{
    private bool _hasRun;

    /// <summary>Bytes of arena and scratch memory.</summary>
    public long Bytes => workspace.Bytes;

    /// <summary>The shape of an input.</summary>
    public ReadOnlySpan<int> InputShape(int index) => inputs[index].Dimensions;

    /// <summary>Runs both passes.</summary>
    /// <param name="given">The graph's inputs in its order, then the values that are given.</param>
    /// <param name="cancellation">Asked between steps.</param>
    /// <param name="timings">If given, the time of each step is added.</param>
    /// <returns>The values and gradients to hand out, the caller's own.</returns>
    public (Tensor[] Values, Tensor[] Gradients) Run(
        ReadOnlySpan<Tensor> given, CancellationToken cancellation, Action<PlanStep, long>? timings = null)
    {
        workspace.Pool.Begin();
        try
        {
            for (var i = 0; i < inputs.Length; i++)
                workspace.SetTensor(inputs[i], given[i]);
            foreach (var step in steps)
            {
                cancellation.ThrowIfCancellationRequested();
                var start = timings is null ? 0 : System.Diagnostics.Stopwatch.GetTimestamp();
                step.Run(workspace);
                timings?.Invoke(step, System.Diagnostics.Stopwatch.GetTimestamp() - start);
            }

            Tensor[] Copies(Place[] places) => [.. places.Select(p => workspace.TensorOf(p).Clone())];
            return (Copies(values), Copies(gradients));
        }
        finally
        {
            workspace.Pool.End();
            workspace.Clear();

            // Whoever takes a second step takes many more.
            if (_hasRun)
                PageUpgrades.Begin();
            _hasRun = true;
        }
    }

    public void Dispose()
    {
        workspace.Dispose();
        foreach (var item in owned)
            item.Dispose();
    }
}
