using System.Diagnostics;
using MlPipeline.Data.Splits;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Training;
using MlPipeline.Engine.Training.Optimizers;
using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Trains layers of a network together with the linear head on them.</summary>
internal sealed class FineTuner
{
    private readonly FineTuningOptions _options;
    private readonly int _seed;
    private readonly int _threads;
    private readonly IJobProgress _progress;
    private readonly CancellationToken _cancellation;

    public FineTuner(FineTuningOptions options, int seed, int threads, IJobProgress progress, CancellationToken cancellation)
    {
        (_options, _seed, _threads, _progress, _cancellation) = (options, seed, threads, progress, cancellation);
        if (options is { AverageDecay: > 0, AverageFromEpoch: not null })
            throw new JobException("Weights are averaged over steps (AverageDecay) or over epochs (AverageFromEpoch), not both.");
    }

    /// <summary>Trains.</summary>
    /// <exception cref="JobException">There are no such layers, they cannot be trained, the training diverged, or there is a
    /// checkpoint of another one.</exception>
    public FineTunedNetwork Run(FineTuningTask task)
    {
        if (_options.Teacher is not null)
            task = TeacherTargets.Apply(task, _options, _threads, _progress, _cancellation);

        // The head must not know the pictures that choose the epoch, or the network as it was would always seem the best.
        var split = Part(task);
        var train = task.Pictures.Subset(split.Train);
        var validation = split.Test.Count == 0 ? null : task.Pictures.Subset(split.Test);
        var network = NetworkOf(task, split.Train);
        using var plan = PlanFor(network);
        var run = RunFor(network, plan, _options.LearningRate, train);
        var checkpoint = TrainingCheckpoint.For(task, _options, _seed);
        if (checkpoint?.TryRestore(run.Restore) == true)
        {
            _progress.Note(run.IsOver ? "the training was over: its checkpoint is used"
                : $"going on in epoch {run.Epoch} after {run.Sums.Steps} of {train.BatchesOf(_options.BatchSize)} steps");
        }
        else
        {
            if (_options.FindLearningRate)
                run = RunFor(network, plan, FindRate(network, train).Suggestion, train);
            if (_options.HeadFirst)
                End(run, new EpochResult(0, null, null, null, null, 0, 0), plan, validation);
        }

        var name = _options.Layers == FineTuningOptions.Scratch ? "from scratch" : "fine-tuning";
        using (var stage = _progress.Begin(name, (long)_options.Epochs * train.Count, from: Done(run, train)))
        {
            while (!run.IsOver)
            {
                var result = TrainEpoch(run, plan, train, stage, checkpoint);
                End(run, result, plan, validation, train.Count);
                checkpoint?.Write(run);
            }
        }

        (var kept, var epochs) = run.Keep();
        return kept == 0
            ? new FineTunedNetwork(task.Backbone, task.FitHead([.. Enumerable.Range(0, task.Pictures.Count)]), epochs)
            : network.Split(plan.ToGraph(), epochs,
                _options.Layers == FineTuningOptions.Scratch ? task.Backbone.Name : null);
    }

    /// <summary>Tries learning rates from very small ones up.</summary>
    /// <exception cref="JobException">There are no such layers, or they cannot be trained.</exception>
    public LearningRateCurve FindRate(FineTuningTask task)
    {
        var split = Part(task);
        return FindRate(NetworkOf(task, split.Train), task.Pictures.Subset(split.Train));
    }

    private NetworkWithHead NetworkOf(FineTuningTask task, IReadOnlyList<int> train) => _options.HeadFirst
        ? new NetworkWithHead(task.Backbone, task.FitHead(train), task.MeasureFeatures(train), _options.Dropout)
        : new NetworkWithHead(task.Backbone, new LinearHeadWeights(new float[task.ClassNames.Count * task.Backbone.FeatureCount],
            new float[task.ClassNames.Count], task.ClassNames), dropout: _options.Dropout);

    private LearningRateCurve FindRate(NetworkWithHead network, TrainingPictures train)
    {
        // On a plan of its own, which nothing is left of.
        using var plan = PlanFor(network);
        var found = LearningRateFinder.Run(plan, OptimizerFor(network, plan), train, _options, _progress, _cancellation);
        _progress.Note($"learning rate {found.Suggestion:0.#####} found, from {found.Rates.Count} steps of "
            + $"{found.Rates[0]:0.#####} to {found.Rates[^1]:0.#####}");
        return found;
    }

    private TrainingRun RunFor(NetworkWithHead network, TrainingPlan plan, double rate, TrainingPictures train) =>
        new(plan, OptimizerFor(network, plan), _options, rate, train.BatchesOf(_options.BatchSize));

    /// <summary>What changes the weights, with the rate of each layer.</summary>
    internal Optimizer OptimizerFor(NetworkWithHead network, TrainingPlan plan)
    {
        var heights = network.Heights();
        var settings = Optimizer.DecayWeights(plan.Parameters, _options.WeightDecay, p => NetworkWithHead.IsHead(p.Name) ? 1
            : _options.PretrainedRate * Math.Pow(_options.StageRate, heights(p.Name)));
        return _options.Optimizer == NetworkOptimizer.AdamW ? new AdamWOptimizer(settings) { Threads = _threads }
            : new SgdOptimizer(settings, _options.Momentum, _options.Nesterov) { Threads = _threads };
    }

    /// <summary>The plan of the layers that are trained.</summary>
    /// <exception cref="JobException">There are no such layers, or they cannot be trained.</exception>
    internal TrainingPlan PlanFor(NetworkWithHead network)
    {
        try
        {
            return new TrainingPlan(network.Graph, new TrainingPlanOptions
            {
                Parameters = network.ParametersOf(_options.Layers),
                Logits = NetworkWithHead.Logits,
                LabelSmoothing = _options.LabelSmoothing,
                FreezeNormalization = _options.Statistics == NormalizationStatistics.Frozen,
                Seed = _seed,
                Threads = _threads,
            });
        }
        catch (Exception error) when (error is ArgumentException or Engine.Onnx.OnnxException)
        {
            throw new JobException($"The layers '{_options.Layers}' cannot be trained: {error.Message}");
        }
    }

    private DataSplit Part(FineTuningTask task) => task.Held is { } held
        ? new DataSplit([.. Enumerable.Range(0, task.Pictures.Count).Except(held)], held)
        : _options.ValidationFraction == 0
        ? new DataSplit([.. Enumerable.Range(0, task.Pictures.Count)], [])
        : StratifiedSplit.TrainTest(task.Pictures.Labels, _options.ValidationFraction, _seed, task.Groups, null);

    private long Done(TrainingRun run, TrainingPictures pictures) =>
        ((long)(run.Epoch - 1) * pictures.Count) + run.Sums.Pictures;

    private EpochResult TrainEpoch(TrainingRun run, TrainingPlan plan, TrainingPictures pictures, IJobStage stage,
        TrainingCheckpoint? checkpoint)
    {
        var clock = Stopwatch.StartNew();
        var rate = 0.0;
        foreach (var batch in pictures.Epoch(_options, run.Epoch, run.Sums.Steps, _cancellation))
        {
            rate = run.Schedule.At(run.Optimizer.Steps + 1);
            var (found, length) = Step(plan, run.Optimizer, batch, rate, _options, _cancellation);
            if (!double.IsFinite(found.Loss) || !double.IsFinite(length))
                throw Diverged(run, plan);
            run.Averaged.StepEnded();
            var sums = run.Sums = new EpochSums(run.Sums.Steps + 1, run.Sums.Pictures + batch.Labels.Length,
                run.Sums.Correct + found.Correct, run.Sums.Loss + (found.Loss * batch.Labels.Length),
                run.Sums.Seconds + clock.Elapsed.TotalSeconds);
            clock.Restart();
            _options.StepEnded?.Invoke(new TrainingStepResult(run.Epoch, run.Optimizer.Steps, found.Loss, rate, length));
            stage.Report(Done(run, pictures),
                $", loss {sums.Loss / sums.Pictures:0.000}, accuracy {(double)sums.Correct / sums.Pictures:0.000}");
            checkpoint?.WriteIfDue(run);
        }

        run.Averaged.EpochEnded(run.Epoch);
        var all = run.Sums;
        return new EpochResult(run.Epoch, all.Loss / all.Pictures, (double)all.Correct / all.Pictures, null, null,
            run.Schedule.At(run.Optimizer.Steps), all.Seconds);
    }

    /// <summary>One step of gradient descent; nothing is changed where loss or gradient are no numbers.</summary>
    internal static (BatchLoss Loss, double Length) Step(TrainingPlan plan, Optimizer optimizer, TrainingBatch batch, double rate,
        FineTuningOptions options, CancellationToken cancellation)
    {
        var found = batch.Targets is { } targets
            ? plan.ComputeGradients(batch.Images, targets, batch.Weights, cancellation)
            : plan.ComputeGradients(batch.Images, batch.Labels, batch.Weights, cancellation);
        var length = GradientClipping.ByGlobalNorm(plan.Parameters, options.LargestGradient ?? double.PositiveInfinity,
            optimizer.Threads);
        if (double.IsFinite(found.Loss) && double.IsFinite(length))
            optimizer.Step(rate);
        return (found, length);
    }

    private DivergedException Diverged(TrainingRun run, TrainingPlan plan)
    {
        var where = plan.Parameters.FirstOrDefault(
            p => p.Gradient.Floats.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
        return new DivergedException($"The training diverged in step {run.Optimizer.Steps + 1} (epoch {run.Epoch})"
            + $"{(where is null ? "" : $", first seen in the layer '{where.Node}'")}: the learning rate "
            + $"{run.Schedule.Highest:0.#####} is too high for these layers; try a tenth of it.");
    }

    /// <summary>Measures an epoch, with the mean of the weights where there is one, and takes it in.</summary>
    private void End(TrainingRun run, EpochResult result, TrainingPlan plan, TrainingPictures? validation,
        int pictures = 0)
    {
        var isAveraged = run.Averaged.HasMean;
        if (isAveraged)
            run.Averaged.Swap();
        float[] rights = [];
        if (validation is not null)
        {
            (var loss, var accuracy, rights) = Measure(plan, validation);
            result = result with { ValidationLoss = loss, ValidationAccuracy = accuracy };
        }

        run.End(result, rights);
        if (isAveraged)
            run.Averaged.Swap();
        _progress.Note(Describe(result, pictures));
        _options.EpochEnded?.Invoke(result);
    }

    private (double Loss, double Accuracy, float[] Rights) Measure(TrainingPlan plan, TrainingPictures pictures)
    {
        var graph = plan.ToGraph();
        using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = _threads });
        double loss = 0, total = 0;
        List<float> rights = new(pictures.Count);
        foreach (var batch in pictures.InOrder(_options.BatchSize, _cancellation))
        {
            var logits = session.Run(new Dictionary<string, Engine.Tensors.Tensor> { [graph.Inputs[0].Name] = batch.Images })
                [NetworkWithHead.Logits];
            var classes = logits.Dimensions[1];
            for (var row = 0; row < batch.Labels.Length; row++)
            {
                var scores = logits.Floats.Slice(row * classes, classes);
                var weight = batch.Weights.Length == 0 ? 1 : batch.Weights[row];
                loss += weight * Softmax.LogLoss(scores, batch.Labels[row]);
                rights.Add(Softmax.Largest(scores) == batch.Labels[row] ? weight : 0);
                total += weight;
            }
        }

        return (loss / total, rights.Sum(right => (double)right) / total, [.. rights]);
    }

    private static string Describe(EpochResult result, int pictures)
    {
        var trained = result.Epoch == 0 ? "the head alone"
            : $"epoch {result.Epoch}: loss {result.Loss:0.000}, accuracy {result.Accuracy:0.000}, "
                + $"{pictures / Math.Max(result.Seconds, 1e-9):0} images a second";
        return result.ValidationLoss is { } loss
            ? $"{trained}; held out: loss {loss:0.000}, accuracy {result.ValidationAccuracy:0.000}" : trained;
    }
}
