using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans.Lowering;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Plans;

/// <summary>Turns a graph with concrete shapes into a <see cref="Plan"/>: decides layouts, kernels and memory, by rule.</summary>
/// <remarks>
/// Nodes are lowered in order. A lowering asks for its inputs in the layout it needs (converted once, where they are in another)
/// and for a place for its output. A node that no lowering takes runs as its plain operator on tensors.
/// </remarks>
internal sealed partial class PlanBuilder
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, int[]> _inputShapes;
    private readonly GraphShapes _shapes;
    private readonly ConcatPlacement _concats;
    private readonly Dictionary<string, List<Place>> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlanBuffer> _concatBuffers = new(StringComparer.Ordinal);
    private readonly List<PlanStep> _steps = [];
    private readonly CacheModel _cache;
    private readonly SubBatchBoundary? _boundary;
    private int _tensors;
    private StepOrigin? _current;

    private PlanBuilder(
        Graph graph,
        IReadOnlyDictionary<string, int[]> inputShapes,
        KernelSet kernels,
        WeightStore weights,
        WorkerPool pool,
        CacheModel cache)
    {
        _cache = cache;
        _graph = graph;
        _inputShapes = inputShapes;
        _shapes = graph.ShapesFor(inputShapes);
        Kernels = kernels;
        Weights = weights;
        Pool = pool;
        Threads = pool.Threads;
        Absorbed = InputScalingFusion.Find(graph, _shapes);
        _concats = new ConcatPlacement(graph, _shapes);
    }

    public KernelSet Kernels { get; }

    public WeightStore Weights { get; }

    public WorkerPool Pool { get; }

    /// <summary>Threads that the work of each step is cut for.</summary>
    public int Threads { get; }

    /// <summary>Normalisations that the convolution reading them does itself, by the name of their output.</summary>
    public IReadOnlyDictionary<string, Node> Absorbed { get; }

    /// <summary>The plan of a graph for input shapes.</summary>
    public static Plan Build(
        Graph graph,
        IReadOnlyDictionary<string, int[]> inputShapes,
        KernelSet kernels,
        WeightStore weights,
        WorkerPool pool,
        CacheModel cache) => new PlanBuilder(graph, inputShapes, kernels, weights, pool, cache).Build();

    /// <summary>The sizes of a value, null where only the run will know.</summary>
    public int[]? ShapeOf(string value) => _shapes.Find(value);

    /// <summary>The type of a value.</summary>
    public ElementType TypeOf(string value) => _shapes.TypeOf(value);

    /// <summary>The elements of a value that is the same in every run, else null.</summary>
    public Tensor? ConstantOf(string value) =>
        _graph.Constants.TryGetValue(value, out var constant) ? constant : _shapes.ElementsOf(value);

    /// <summary>
    /// What a value's elements are kept under among the weights that plans share: its name, with the inputs' shapes where they
    /// follow from those.
    /// </summary>
    public string KeyOf(string value) => value.Length == 0 || _graph.Constants.ContainsKey(value) ? value
        : $"{value} for {string.Join(", ", _graph.Inputs.Select(i => ShapeText.Of(_shapes.Of(i.Name))))}";

    /// <summary>The same of all inputs of a node from one on.</summary>
    public string KeyOf(Node node, int firstInput) => string.Join('\n', node.Inputs.Skip(firstInput).Select(KeyOf));

    /// <summary>Whether kernels can hold the value: floats of known sizes, none of them 0.</summary>
    public bool IsMap(string value) =>
        _shapes.TypeOf(value) == ElementType.Float32 && ShapeOf(value) is { Length: > 0 } shape && !shape.Contains(0);

    public void Add(PlanStep step)
    {
        step.Origin = _current;
        _steps.Add(step);
    }

    /// <summary>Whether the value exists in a layout without copying it.</summary>
    public bool IsIn(string value, Layout layout) =>
        _places.TryGetValue(value, out var places) && places.Any(p => p.SeenAs(layout) is not null);

    /// <summary>The value's place in a layout; copied there if it is elsewhere.</summary>
    public Place Get(string value, Layout layout)
    {
        var places = PlacesOf(value);
        foreach (var place in places)
        {
            if (place.SeenAs(layout) is { } seen)
                return seen;
        }

        Place source = Any(value), target;
        switch (layout)
        {
            case Layout.Object:
                target = Place.OfTensor(_tensors++, source.Dimensions);
                break;
            case Layout.RowMajor:
                target = Place.RowMajor(new PlanBuffer(source.Length), source.Dimensions);
                break;
            default:
                target = Place.ChannelsLast(new PlanBuffer(source.Length), source.Dimensions, 0, source.Channels);
                break;
        }

        Copy(value, source, target);
        places.Add(target);
        return target;
    }

    /// <summary>A place where the value is, in whatever layout; in the arena if it is there.</summary>
    public Place Any(string value)
    {
        var places = PlacesOf(value);
        return places.Find(p => p.Layout != Layout.Object) ?? places[0];
    }

    /// <summary>Copies one place to another of any layout.</summary>
    public void Copy(string name, Place source, Place target)
    {
        if (source.Layout == Layout.ChannelsLast && target.Layout == Layout.ChannelsLast)
            Add(new ElementwiseStep(name, Threads, Kernels, ElementwiseKind.Copy, source, null, null, target));
        else
            Add(new LayoutStep(name, Threads, source, target));
    }

    /// <summary>A place for a value about to be made in the arena.</summary>
    public Place Output(string value, Layout layout)
    {
        var shape = ShapeOf(value)!;
        var place = layout == Layout.RowMajor
            ? Place.RowMajor(NewBuffer(value, Tensor.LengthOf(shape)), shape)
            : ChannelsLastOutput(value, shape);
        Define(value, place);
        return place;
    }

    /// <summary>Says where a value is.</summary>
    public void Define(string value, Place place) => _places[value] = [place];

    /// <summary>The place that a value has, or would have, as part of a concatenation; null: it is in none.</summary>
    public Place? PlaceInConcat(string value, int[] shape)
    {
        if (!_concats.TryFind(value, out var root, out var channel))
            return null;
        var rootShape = ShapeOf(root)!;
        if (!_concatBuffers.TryGetValue(root, out var buffer))
        {
            buffer = NewBuffer(root, Tensor.LengthOf(rootShape));
            _concatBuffers.Add(root, buffer);
        }

        return Place.ChannelsLast(buffer, shape, channel, rootShape[1]);
    }

    private Place ChannelsLastOutput(string value, int[] shape) => PlaceInConcat(value, shape)
        ?? Place.ChannelsLast(NewBuffer(value, Tensor.LengthOf(shape)), shape, 0, shape.Length > 1 ? shape[1] : 1);

    private PlanBuffer NewBuffer(string name, long floats) => _boundary?.NewBuffer(name, floats) ?? new PlanBuffer(floats);

    private List<Place> PlacesOf(string value)
    {
        if (!_places.TryGetValue(value, out var places))
        {
            places = ConstantOf(value) is { } constant ? [Place.OfConstant(constant)]
                : _boundary is not null ? [_boundary.Enter(value, ShapeOf(value)!)]
                : throw new InvalidOperationException($"'{value}' is read before it is made.");
            _places.Add(value, places);
        }

        return places;
    }

    private Plan Build()
    {
        foreach (var input in _graph.Inputs)
            Define(input.Name, Place.OfTensor(_tensors++, ShapeOf(input.Name)!));
        Place[] inputs = [.. _graph.Inputs.Select(i => _places[i.Name][0])];
        foreach (var stretch in SubBatching.Of(_graph, this, _inputShapes, _concats, _cache))
        {
            if (stretch.Images == 0 || !TryLowerInParts(stretch))
                TryLowerNodes(stretch.First, stretch.End);
        }

        _current = null;
        Place[] outputs = [.. _graph.Outputs.Select(o => Get(o, Layout.Object))];
        var steps = Joined();
        var step = 0;
        var buffers = new HashSet<PlanBuffer>();
        foreach (var each in steps)
        {
            foreach (var buffer in each.Buffers)
            {
                buffer.Touch(step);
                buffers.Add(buffer);
            }

            step++;
        }

        Weights.Fill(Pool);
        var arena = Arena.Lay(buffers);
        var scratch = steps.Count == 0 ? 0 : steps.Max(s => s.ScratchFloats);
        return new Plan(Pool, [.. steps], inputs, outputs, arena, scratch, _tensors);
    }

    private IReadOnlyList<PlanStep> Joined() => SeparableFusion.Of(_steps, Kernels.Caches.Second, Threads);

    /// <summary>Lowers some nodes in order; false if one needs tensors of its own within a part of a batch.</summary>
    private bool TryLowerNodes(int first, int end)
    {
        for (var i = first; i < end; i++)
        {
            var node = _graph.Nodes[i];
            _current = StepOrigin.Of(node, ShapeOf);
            var known = node.Outputs.All(o => o.Length == 0 || _shapes.ElementsOf(o) is not null);
            var absorbed = Absorbed.ContainsKey(node.FirstOutput);
            if (known || absorbed || Lowerings.TryLower(node, this))
                continue;
            if (_boundary is not null)
                return false;
            LowerToOperator(node);
        }

        return true;
    }

    private void LowerToOperator(Node node)
    {
        Place?[] inputs = [.. node.Inputs.Select(i => i.Length == 0 ? null : Get(i, Layout.Object))];
        var outputs = new Place?[node.Outputs.Count];
        for (var i = 0; i < outputs.Length; i++)
        {
            if (node.Outputs[i].Length > 0)
            {
                outputs[i] = Place.OfTensor(_tensors++, ShapeOf(node.Outputs[i]) ?? []);
                Define(node.Outputs[i], outputs[i]!);
            }
        }

        Add(new OperatorStep(node, inputs, outputs));
    }
}
