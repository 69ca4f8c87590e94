using MlPipeline.Data.Splits;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Trainers.FineTuning;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>Mini-batch gradient descent on some samples, step by step, from the untrained network on.</summary>
internal sealed class RecipeDescent : IDisposable
{
    private readonly RecipeModel _model;
    private readonly FineTuningOptions _steps;
    private readonly TrainingPlan _plan;
    private readonly Optimizer _optimizer;
    private readonly SeededRandom _random;
    private readonly int[] _order;
    private readonly int _batch;
    private readonly int _threads;
    private readonly CancellationToken _cancellation;
    private int _next;

    public RecipeDescent(RecipeModel model, IReadOnlyList<int> samples, double weightDecay, RecipeOptions options,
        CancellationToken cancellation)
    {
        (_model, _cancellation) = (model, cancellation);
        _steps = new FineTuningOptions { LargestGradient = model.LargestGradient };
        _threads = model.RunsSideBySide ? 1 : options.Threads;
        (_plan, _optimizer) = model.Open(weightDecay, _threads);
        _random = new SeededRandom(options.Seed + 1);
        _order = [.. samples];
        _batch = Math.Min(options.BatchSize, _order.Length);
        _next = _order.Length;
    }

    public int StepsPerEpoch => (_order.Length + _batch - 1) / _batch;

    /// <summary>Half the sum of squared weights, without biases and normalisations: what a decay of 1 adds to the
    /// loss.</summary>
    public double HalfSquaredWeights => 0.5 * Weights().Sum(p => p.Value.Floats.ToArray().Sum(w => (double)w * w));

    public void Dispose() => _plan.Dispose();

    /// <summary>One step; its samples' mean loss before it, and how many were right. Samples come in a new order in each
    /// epoch.</summary>
    public BatchLoss Step(double rate)
    {
        if (_next >= _order.Length)
        {
            _random.Shuffle<int>(_order);
            _next = 0;
        }

        var end = Math.Min(_next + _batch, _order.Length);
        var batch = BatchOf(_order[_next..end]);
        _next = end;
        return FineTuner.Step(_plan, _optimizer, batch, rate, _steps, _cancellation).Loss;
    }

    /// <summary>The length of the weights' gradient over the first samples, of each class some.</summary>
    public double GradientLength(int samples)
    {
        var batch = BatchOf([.. _order.GroupBy(i => _model.Labels[i]).SelectMany(own => own.Index())
            .OrderBy(p => p.Index).ThenBy(p => p.Item).Take(samples).Select(p => p.Item)]);
        _plan.ComputeGradients(batch.Images, batch.Labels, cancellation: _cancellation);
        return Math.Sqrt(Weights().Sum(p => p.Gradient.Floats.ToArray().Sum(g => (double)g * g)));
    }

    /// <summary>Mean loss and share of right ones of some samples; the loss is no number where a score is none.</summary>
    public (double Loss, double Accuracy)[] Measure(params IReadOnlyList<int>[] parts)
    {
        var graph = _plan.ToGraph();
        using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = _threads });
        return [.. parts.Select(part =>
        {
            double loss = 0, right = 0;
            foreach (var rows in part.Chunk(Math.Max(_batch, 32)))
            {
                _cancellation.ThrowIfCancellationRequested();
                var batch = BatchOf(rows);
                var scores = session.Run(new Dictionary<string, Tensor> { [graph.Inputs[0].Name] = batch.Images })[_model.Logits]
                    .Floats;
                for (var row = 0; row < rows.Length; row++)
                {
                    var own = scores.Slice(row * _model.ClassCount, _model.ClassCount);
                    loss += own.ContainsAnyExceptInRange(float.MinValue, float.MaxValue) ? double.NaN
                        : Softmax.LogLoss(own, batch.Labels[row]);
                    right += Softmax.Largest(own) == batch.Labels[row] ? 1 : 0;
                }
            }

            return (loss / part.Count, right / part.Count);
        })];
    }

    private IEnumerable<TrainedParameter> Weights() => _plan.Parameters.Where(p => p.Kind == ParameterKind.Weight);

    private TrainingBatch BatchOf(int[] samples) =>
        new(_model.Inputs(samples), [.. samples.Select(i => _model.Labels[i])], null, []);
}
