using System.Runtime.InteropServices;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training.Plans;

namespace MlPipeline.Engine.Training;

/// <summary>
/// A network made ready for training by softmax cross-entropy: computes the loss of a batch and its gradients by the trained
/// constants, which an <see cref="Optimizers.Optimizer"/> then changes.
/// </summary>
/// <remarks>
/// Nothing before the first trained layer is differentiated, and activations are kept only where a backward pass reads them. The
/// results are the same bits for any number of threads. Memory is planned for each size of the batch (the latest two are kept),
/// and does not grow from step to step. One step at a time: a plan is not for several threads at once.
/// </remarks>
public sealed class TrainingPlan : IDisposable
{
    private readonly Graph _graph;
    private readonly Dictionary<string, TrainedParameter> _byName = new(StringComparer.Ordinal);
    private readonly TrainingState _state;
    private readonly SoftmaxCrossEntropy _loss;
    private readonly CompiledPlans _plans;
    private readonly string _logits;
    private readonly Differentiation _differentiation;
    private int[] _shape = [];
    private int _classes;
    private Action<PlanStep, long>? _timings;

    /// <summary>A plan for a network.</summary>
    /// <param name="graph">The network as it was read or built, not optimised; it stays as it is.</param>
    /// <param name="options">How to train; <see cref="TrainingPlanOptions.Default"/> if null.</param>
    /// <exception cref="Onnx.OnnxException">A gradient would have to go through a node that has no backward pass.</exception>
    /// <exception cref="ArgumentException">A parameter or the logits are not there, or the logits do not depend on a
    /// parameter.</exception>
    public TrainingPlan(Graph graph, TrainingPlanOptions? options = null)
    {
        options ??= TrainingPlanOptions.Default;
        _graph = graph = ParameterSelection.WithFoldedConstants(graph);
        _logits = options.Logits ?? FindLogits(graph);
        if (!graph.HasValue(_logits))
            throw new ArgumentException($"The network '{graph.Name}' has no value '{_logits}' to take the loss of.");
        if (graph.Inputs.Count != 1)
            throw new ArgumentException($"The network '{graph.Name}' has {graph.Inputs.Count} inputs; training needs one.");
        var trainable = ParameterSelection.Find(graph.WithOutputs(_logits));
        foreach (var name in options.Parameters ?? [.. trainable.Keys])
        {
            if (!trainable.TryGetValue(name, out var found))
                throw new ArgumentException($"'{name}' is nothing that can be trained in the network '{graph.Name}'.");
            _byName.TryAdd(name, new TrainedParameter(name, found.Kind, found.Reader.Name, graph.Constants[name]));
        }

        if (_byName.Count == 0)
            throw new ArgumentException($"The network '{graph.Name}' has nothing to train.");
        Parameters = [.. _byName.Values];
        _differentiation = new Differentiation(graph, _logits, _byName, [], []);
        _state = new TrainingState
        {
            Momentum = options.NormalizationMomentum,
            Seed = (ulong)options.Seed,
            Drops = options.UseDropout,
        };
        _loss = new SoftmaxCrossEntropy(options.LabelSmoothing);
        _plans = new CompiledPlans(_differentiation, _state, !options.FreezeNormalization, options.Threads, AddLoss, [], []);
    }

    /// <summary>The trained constants, in the order of the nodes (or as they were named).</summary>
    public IReadOnlyList<TrainedParameter> Parameters { get; }

    /// <summary>The running statistics of batch normalisations that have changed or may have, by the names of the constants; none
    /// before the first step.</summary>
    public IReadOnlyDictionary<string, Tensor> RunningStatistics => _state.Statistics;

    /// <summary>Bytes of memory that the passes are planned into.</summary>
    public long Bytes => _plans.Bytes;

    /// <summary>Forward and backward pass of a batch: fills every <see cref="TrainedParameter.Gradient"/>.</summary>
    /// <param name="images">The network's input.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weights">What each row counts; empty: all the same.</param>
    /// <param name="cancellation">Asked between layers; a step that is cancelled changes nothing but gradients.</param>
    /// <exception cref="ArgumentException">Input, labels or weights do not fit.</exception>
    /// <exception cref="OperationCanceledException">The step was cancelled.</exception>
    public BatchLoss ComputeGradients(
        Tensor images, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights = default, CancellationToken cancellation = default)
    {
        var classes = ClassesFor(images);
        var targets = new float[labels.Length * classes];
        for (var row = 0; row < labels.Length; row++)
        {
            if ((uint)labels[row] >= (uint)classes)
                throw new ArgumentException($"Row {row} has class {labels[row]}, but the network has {classes} classes.");
            targets[(row * classes) + labels[row]] = 1;
        }

        return Run(images, targets, classes, weights, cancellation);
    }

    /// <summary>Forward and backward pass of a batch with a distribution over the classes for each row, as of mixed
    /// images.</summary>
    /// <param name="images">The network's input.</param>
    /// <param name="targets">Rows x classes.</param>
    /// <param name="weights">What each row counts; empty: all the same.</param>
    /// <param name="cancellation">Asked between layers; a step that is cancelled changes nothing but gradients.</param>
    /// <exception cref="ArgumentException">Input, targets or weights do not fit.</exception>
    /// <exception cref="OperationCanceledException">The step was cancelled.</exception>
    public BatchLoss ComputeGradients(
        Tensor images, Tensor targets, ReadOnlySpan<float> weights = default, CancellationToken cancellation = default)
    {
        var classes = ClassesFor(images);
        if (targets.Rank != 2 || targets.Dimensions[1] != classes)
            throw new ArgumentException($"The targets are {targets}, but the network has {classes} classes.");
        return Run(images, targets.Floats, classes, weights, cancellation);
    }

    /// <summary>The network with the present values of the trained constants and the running statistics.</summary>
    public Graph ToGraph()
    {
        Dictionary<string, Tensor> constants = new(_graph.Constants);
        foreach ((var name, var parameter) in _byName)
            constants[name] = parameter.Value.Clone();
        foreach ((var name, var statistics) in _state.Statistics)
            constants[name] = statistics.Clone();
        return new Graph(_graph.Name, _graph.Inputs, _graph.Nodes, constants, _graph.Outputs);
    }

    /// <summary>Writes parameters, running statistics and the number of steps: all that the next step depends on.</summary>
    public void Save(Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write(_state.Step);
        (string Name, Tensor Value)[] values = [.. Values()];
        writer.Write(values.Length);
        foreach ((var name, var value) in values)
        {
            writer.Write(name);
            writer.Write(value.Length);
            writer.Write(MemoryMarshal.AsBytes(value.Floats));
        }
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote of a plan of the same network with the same parameters.</summary>
    /// <exception cref="InvalidDataException">It was written by another plan, or is not whole.</exception>
    public void Restore(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        try
        {
            var step = reader.ReadInt64();
            Dictionary<string, float[]> read = new(StringComparer.Ordinal);
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var name = reader.ReadString();
                var length = TensorOf(name)?.Length ?? throw new InvalidDataException($"'{name}' is not trained here.");
                var values = new float[length];
                if (reader.ReadInt32() != values.Length)
                    throw new InvalidDataException($"'{name}' has another size here.");
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
                read.Add(name, values);
            }

            if (_byName.Keys.FirstOrDefault(n => !read.ContainsKey(n)) is { } missing)
                throw new InvalidDataException($"'{missing}' is trained here, but was not there.");
            foreach ((var name, var values) in read)
                values.CopyTo(TensorOf(name)!.Floats);
            _state.Step = step;
        }
        catch (EndOfStreamException error)
        {
            throw new InvalidDataException("The state of the training is cut off.", error);
        }
    }

    /// <summary>Frees memory and threads.</summary>
    public void Dispose() => _plans.Dispose();

    /// <summary>As <see cref="ComputeGradients(Tensor, ReadOnlySpan{int}, ReadOnlySpan{float}, CancellationToken)"/>, with the
    /// time of each step.</summary>
    internal BatchLoss Profile(Tensor images, ReadOnlySpan<int> labels, Action<string, TimeSpan> took)
    {
        _timings = (step, ticks) =>
            took($"{step.GetType().Name} {step.Name}", System.Diagnostics.Stopwatch.GetElapsedTime(0, ticks));
        try
        {
            return ComputeGradients(images, labels);
        }
        finally
        {
            _timings = null;
        }
    }

    private static string FindLogits(Graph graph)
    {
        var output = graph.Outputs[0];
        return graph.ProducerOf(output) is { OpType: "Softmax" } softmax ? softmax.Inputs[0] : output;
    }

    private IEnumerable<(string Name, Tensor Value)> Values() =>
        _byName.Values.Select(p => (p.Name, p.Value)).Concat(_state.Statistics.Select(s => (s.Key, s.Value)));

    private Tensor? TensorOf(string name) => _byName.TryGetValue(name, out var parameter)
        ? parameter.Value
        : _graph.Constants.TryGetValue(name, out var constant) ? _state.StatisticsOf(name, constant) : null;

    private int ClassesFor(Tensor images)
    {
        if (images.Shape.AsSpan().SequenceEqual(_shape) && _classes > 0)
            return _classes;
        if (images.Rank == 0 || images.Dimensions[0] == 0)
            throw new ArgumentException("The batch is empty.");
        var shape = _differentiation.Graph.ShapesFor(new Dictionary<string, int[]> { [_graph.Inputs[0].Name] = images.Shape })
            .Of(_logits);
        if (shape.Length < 2 || shape[0] != images.Dimensions[0] || shape.Skip(2).Any(size => size != 1))
        {
            throw new ArgumentException(
                $"The loss needs a value of rows x classes, but '{_logits}' is {ShapeText.Of(shape)} for an input of {images}.");
        }

        _shape = images.Dimensions.ToArray();
        return _classes = shape[1];
    }

    private BatchLoss Run(
        Tensor images, ReadOnlySpan<float> targets, int classes, ReadOnlySpan<float> weights, CancellationToken cancellation)
    {
        var rows = images.Dimensions[0];
        if (targets.Length != rows * classes)
            throw new ArgumentException($"There are {rows} images, but targets for {targets.Length / classes}.");
        if (!weights.IsEmpty && weights.Length != rows)
            throw new ArgumentException($"There are {rows} images, but {weights.Length} weights.");
        float total = weights.IsEmpty ? rows : 0;
        foreach (var weight in weights)
        {
            total += weight;
            if (!(weight >= 0) || float.IsInfinity(weight))
                throw new ArgumentException($"A row has the weight {weight}; weights must be at least 0.");
        }

        if (!(total > 0))
            throw new ArgumentException("All rows have the weight 0: they have no mean loss.");
        var plan = _plans.For(images);
        _loss.Set(targets, classes, weights);
        _ = plan.Run([images], cancellation, _timings);
        _state.Commit();
        return _loss.Last;
    }

    private unsafe Place AddLoss(TrainingBuilder builder)
    {
        var logits = builder.Get(_logits);
        var gradient = builder.New(builder.ShapeOf(_logits), logits.Layout);
        builder.Add(new TrainingStep("loss", [logits, gradient], [1], (workspace, _, _, _) =>
            _loss.Run(workspace.Address(logits), workspace.Address(gradient))));
        return gradient;
    }
}
