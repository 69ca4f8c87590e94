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

    public FineTuner(FineTuningOptions options, int seed, int threads, IJobProgress progress, CancellationToken cancellation) =>
        (_options, _seed, _threads, _progress, _cancellation) = (options, seed, threads, progress, cancellation);

    /// <summary>Trains.</summary>
    /// <param name="backbone">The pretrained network.</param>
    /// <param name="fitHead">Trains a head on the pooled features of some of the pictures, by their places.</param>
    /// <param name="pictures">The training pictures.</param>
    /// <param name="groups">Equal numbers for pictures that must stay on one side where some are held out.</param>
    /// <exception cref="JobException">There are no such layers, they cannot be trained, or the training diverged.</exception>
    public FineTunedNetwork Run(Backbone backbone, Func<IReadOnlyList<int>, LinearHeadWeights> fitHead,
        TrainingPictures pictures, IReadOnlyList<int> groups)
    {
        // The head must not know the pictures that choose the epoch, or the network as it was would always seem the best.
        var split = Part(pictures, groups);
        NetworkWithHead network = new(backbone, fitHead(split.Train));
        var train = pictures.Subset(split.Train);
        var validation = split.Test.Count == 0 ? null : pictures.Subset(split.Test);
        using var plan = PlanFor(network);
        SgdOptimizer optimizer = new(Optimizer.DecayWeights(plan.Parameters, _options.WeightDecay,
            p => NetworkWithHead.IsHead(p.Name) ? 1 : _options.PretrainedRate), _options.Momentum);
        List<EpochResult> epochs = [];
        MemoryStream? best = null;
        var (bestScore, bestEpoch) = ((Accuracy: -1.0, Loss: 0.0), _options.Epochs);
        using var stage = _progress.Begin("fine-tuning", (long)_options.Epochs * train.Count);
        for (var epoch = 0; epoch <= _options.Epochs; epoch++)
        {
            var result = epoch == 0 ? new EpochResult(0, null, null, null, null, 0, 0)
                : Train(plan, optimizer, train, epoch, stage);
            if (validation is not null)
            {
                var (loss, accuracy) = Measure(plan, validation);
                result = result with { ValidationLoss = loss, ValidationAccuracy = accuracy };
                if (accuracy > bestScore.Accuracy || (bestEpoch > 0 && accuracy == bestScore.Accuracy && loss < bestScore.Loss))
                {
                    (bestScore, bestEpoch, best) = ((accuracy, loss), epoch, new MemoryStream());
                    plan.Save(best);
                }
            }

            epochs.Add(result);
            _progress.Note(Describe(result, train.Count));
        }

        epochs[bestEpoch] = epochs[bestEpoch] with { IsKept = true };
        if (bestEpoch == 0)
            return new FineTunedNetwork(backbone, fitHead([.. Enumerable.Range(0, pictures.Count)]), epochs);
        if (best is not null)
        {
            best.Position = 0;
            plan.Restore(best);
        }

        return network.Split(plan.ToGraph(), epochs);
    }

    private TrainingPlan PlanFor(NetworkWithHead network)
    {
        try
        {
            return new TrainingPlan(network.Graph, new TrainingPlanOptions
            {
                Parameters = network.ParametersOf(_options.Layers),
                Logits = NetworkWithHead.Logits,
                LabelSmoothing = _options.LabelSmoothing,
                FreezeNormalization = true,
                Seed = _seed,
                Threads = _threads,
            });
        }
        catch (Exception error) when (error is ArgumentException or Engine.Onnx.OnnxException)
        {
            throw new JobException($"The layers '{_options.Layers}' cannot be trained: {error.Message}");
        }
    }

    private DataSplit Part(TrainingPictures pictures, IReadOnlyList<int> groups) => _options.ValidationFraction == 0
        ? new DataSplit([.. Enumerable.Range(0, pictures.Count)], [])
        : StratifiedSplit.TrainTest(pictures.Labels, _options.ValidationFraction, _seed, groups, null);

    private EpochResult Train(TrainingPlan plan, SgdOptimizer optimizer, TrainingPictures pictures, int epoch, IJobStage stage)
    {
        var clock = Stopwatch.StartNew();
        var steps = pictures.BatchesOf(_options.BatchSize);
        var (rate, loss, correct, done) = (0.0, 0.0, 0, 0);
        foreach (var batch in pictures.Batches(_options.BatchSize, epoch, _options.Augmentation, _cancellation))
        {
            var found = plan.ComputeGradients(batch.Images, batch.Labels, batch.Weights, _cancellation);
            if (!double.IsFinite(found.Loss))
            {
                var where = plan.Parameters.FirstOrDefault(
                    p => p.Gradient.Floats.ContainsAnyExceptInRange(float.MinValue, float.MaxValue));
                throw new JobException($"The training diverged in step {optimizer.Steps + 1} (epoch {epoch})"
                    + $"{(where is null ? "" : $", first seen in the layer '{where.Node}'")}: the learning rate "
                    + $"{_options.LearningRate} is too high for these layers; try a tenth of it.");
            }

            rate = RateAt(optimizer.Steps + 1, steps);
            GradientClipping.ByGlobalNorm(plan.Parameters, _options.LargestGradient ?? double.PositiveInfinity);
            optimizer.Step(rate);
            loss += found.Loss * batch.Labels.Length;
            correct += found.Correct;
            done += batch.Labels.Length;
            stage.Report(((long)(epoch - 1) * pictures.Count) + done, $", loss {loss / done:0.000}");
        }

        return new EpochResult(epoch, loss / done, (double)correct / done, null, null, rate, clock.Elapsed.TotalSeconds);
    }

    private double RateAt(long step, int stepsAnEpoch)
    {
        double warmUp = stepsAnEpoch, all = (long)stepsAnEpoch * _options.Epochs;
        return _options.LearningRate * (step <= warmUp && _options.Epochs > 1 ? step / warmUp
            : 0.5 * (1 + Math.Cos(Math.PI * (step - warmUp) / Math.Max(1, all - warmUp))));
    }

    private (double Loss, double Accuracy) Measure(TrainingPlan plan, TrainingPictures pictures)
    {
        var graph = plan.ToGraph();
        using var session = new ManagedRuntime().CreateSession(graph, new SessionOptions { Threads = _threads });
        double loss = 0, right = 0, total = 0;
        foreach (var batch in pictures.Batches(_options.BatchSize, null, RandomAugmentation.None, _cancellation))
        {
            var logits = session.Run(new Dictionary<string, Engine.Tensors.Tensor> { [graph.Inputs[0].Name] = batch.Images })
                [NetworkWithHead.Logits];
            var classes = logits.Dimensions[1];
            for (var row = 0; row < batch.Labels.Length; row++)
            {
                var scores = logits.Floats.Slice(row * classes, classes);
                var weight = batch.Weights.Length == 0 ? 1 : batch.Weights[row];
                loss += weight * Softmax.LogLoss(scores, batch.Labels[row]);
                right += weight * (Softmax.Largest(scores) == batch.Labels[row] ? 1 : 0);
                total += weight;
            }
        }

        return (loss / total, right / total);
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
