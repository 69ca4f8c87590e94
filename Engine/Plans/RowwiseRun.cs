using System.Collections.Concurrent;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>
/// Runs a batch row by row, each row whole on one thread. A network whose weights stay in the cache gains by it: the activations
/// of one row stay there too, and threads need not meet after every layer.
/// </summary>
internal sealed class RowwiseRun : IParallelWork
{
    private readonly ConcurrentBag<Tensor[]> _rows = [];

    /// <param name="plan">A plan for one row, on one thread.</param>
    /// <param name="pool">The threads among which the rows are shared out.</param>
    /// <param name="inputs">The batch.</param>
    /// <returns>The plan's outputs for the whole batch.</returns>
    public Tensor[] Run(Plan plan, WorkerPool pool, Tensor[] inputs)
    {
        int batch = inputs[0].Dimensions[0];
        var state = new State(plan, inputs, new Tensor[batch][]);
        pool.Run(this, state, 0, batch);
        var outputs = new Tensor[state.Made[0].Length];
        for (int i = 0; i < outputs.Length; i++)
        {
            outputs[i] = Join(state.Made, i);
        }

        return outputs;
    }

    void IParallelWork.Execute(object state, int phase, int task, int worker)
    {
        var run = (State)state;
        if (!_rows.TryTake(out Tensor[]? row) || !Fit(row, run.Inputs))
        {
            row = [.. run.Inputs.Select(RowOf)];
        }

        for (int i = 0; i < row.Length; i++)
        {
            run.Inputs[i].Floats.Slice(task * row[i].Length, row[i].Length).CopyTo(row[i].Floats);
        }

        run.Made[task] = run.Plan.Run(row);
        _rows.Add(row);
    }

    private static bool Fit(Tensor[] row, Tensor[] inputs)
    {
        for (int i = 0; i < row.Length; i++)
        {
            if (!row[i].Dimensions[1..].SequenceEqual(inputs[i].Dimensions[1..]))
            {
                return false;
            }
        }

        return true;
    }

    private static Tensor RowOf(Tensor batch)
    {
        int[] shape = batch.Dimensions.ToArray();
        shape[0] = 1;
        return Tensor.Of(new float[shape.Aggregate(1, (a, b) => a * b)], shape);
    }

    private static Tensor Join(Tensor[][] made, int output)
    {
        int length = made[0][output].Length;
        var values = new float[made.Length * length];
        for (int row = 0; row < made.Length; row++)
        {
            made[row][output].Floats.CopyTo(values.AsSpan(row * length, length));
        }

        int[] shape = made[0][output].Dimensions.ToArray();
        shape[0] = made.Length;
        return Tensor.Of(values, shape);
    }

    private sealed record State(Plan Plan, Tensor[] Inputs, Tensor[][] Made);
}
