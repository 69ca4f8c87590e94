using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Plans;
using MlPipeline.Engine.Plans.Steps;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>
/// Turns a graph with concrete shapes into the steps of a forward and a backward pass, and lays out their memory.
/// </summary>
/// <remarks>
/// Nodes are lowered in order. A lowering adds the steps of the forward pass and returns what adds those of the backward pass;
/// these are called in reverse order. What a backward step reads stays in the arena until then, and nothing else does. Gradients
/// are never written to once they are made: where several meet, each sum is a new place.
/// </remarks>
internal sealed class TrainingBuilder
{
    // A task of fewer elements is not worth a thread.
    private const long ElementsPerTask = 16384;

    private readonly Differentiation _differentiation;
    private readonly Dictionary<string, List<Place>> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> _gradients = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _readers = new(StringComparer.Ordinal);
    private readonly HashSet<Node> _done = [];
    private readonly HashSet<TrainedParameter> _written = [];
    private readonly List<PlanStep> _steps = [];
    private readonly List<IDisposable> _owned = [];
    private readonly List<ConvolutionWeights> _fixed = [];
    private readonly List<string> _inputs;
    private readonly long _packedFloats;
    private readonly int _plainFloats;
    private int _tensors;

    public TrainingBuilder(Differentiation differentiation, IReadOnlyDictionary<string, int[]> inputShapes, WorkerPool pool)
    {
        _differentiation = differentiation;
        Graph = differentiation.Graph;
        Shapes = Graph.ShapesFor(inputShapes);
        Pool = pool;
        _inputs = [.. Graph.Inputs.Select(i => i.Name)];
        foreach (var value in Graph.Nodes.SelectMany(n => n.Inputs).Concat(Graph.Outputs))
            _readers[value] = _readers.GetValueOrDefault(value) + 1;
        (_packedFloats, _plainFloats) = LargestWeights();
    }

    public Graph Graph { get; }

    public GraphShapes Shapes { get; }

    public KernelSet Kernels { get; } = KernelSet.Best;

    public WorkerPool Pool { get; }

    public int Threads => Pool.Threads;

    /// <summary>Where trained weights are packed, each right before its use.</summary>
    public AlignedBuffer PackedMemory => field ??= Own(new AlignedBuffer(_packedFloats, zeroed: false));

    /// <summary>Where trained weights are brought into another order before they are packed.</summary>
    public float[] Reordered => field ??= new float[_plainFloats];

    /// <summary>Whether normalisations whose scale or shift is trained use the statistics of the batch.</summary>
    public bool UsesBatchStatistics { get; init; }

    /// <summary>Values that are inputs too, so that nothing need make them.</summary>
    public IReadOnlyList<string> Given { get; init; } = [];

    /// <summary>What is kept between the steps: running statistics, random numbers.</summary>
    public required TrainingState State { get; init; }

    public int[] ShapeOf(string value) => Shapes.Of(value);

    public bool Wants(string value) => _differentiation.Wants(value);

    public TrainedParameter? ParameterOf(string value) => _differentiation.Parameters.GetValueOrDefault(value);

    /// <summary>The elements of a value that no training changes, else null.</summary>
    public Tensor? FixedOf(string value) => _differentiation.IsTrained(value) ? null
        : Graph.Constants.TryGetValue(value, out var constant) ? constant : Shapes.ElementsOf(value);

    /// <summary>The elements of a constant, trained or not, as they are when a step runs; null: the value is none.</summary>
    public Tensor? ConstantOf(string value) => ParameterOf(value)?.Value ?? FixedOf(value);

    public void Add(PlanStep step) => _steps.Add(step);

    /// <summary>Disposes of it with the plan.</summary>
    public T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }

    /// <summary>Has weights packed once, before the first run.</summary>
    public void FillOnce(ConvolutionWeights weights) => _fixed.Add(weights);

    /// <summary>Tasks that a step over so many elements is cut into, at most as many as there are items.</summary>
    public int Cut(long elements, long items) =>
        Threads == 1 ? 1 : (int)Math.Clamp(Math.Min(elements / ElementsPerTask, 4L * Threads), 1, Math.Max(1, items));

    /// <summary>The layout that kernels want a value in: channels last where it is a map.</summary>
    public static Layout LayoutOf(int[] shape) => shape.Length == 4 ? Layout.ChannelsLast : Layout.RowMajor;

    public Place New(int[] shape, Layout layout) => layout == Layout.ChannelsLast
        ? Place.ChannelsLast(new PlanBuffer(Tensor.LengthOf(shape)), shape, 0, shape.Length > 1 ? shape[1] : 1)
        : Place.RowMajor(new PlanBuffer(Tensor.LengthOf(shape)), shape);

    public Place NewTensor(int[] shape) => Place.OfTensor(_tensors++, shape);

    /// <summary>Whether a value can lie in the arena: floats, and some of them.</summary>
    public bool IsMap(string value) =>
        value.Length > 0 && Shapes.TypeOf(value) == ElementType.Float32 && Shapes.Find(value) is { Length: > 0 } shape
        && !shape.Contains(0);

    /// <summary>A place for a value about to be made in the arena.</summary>
    public Place Output(string value)
    {
        var place = New(ShapeOf(value), LayoutOf(ShapeOf(value)));
        Define(value, place);
        return place;
    }

    public void Define(string value, Place place) => _places[value] = [place];

    /// <summary>A value's place in a layout; copied there if it is elsewhere.</summary>
    public Place Get(string value, Layout layout)
    {
        var places = PlacesOf(value);
        foreach (var place in places)
        {
            if (place.SeenAs(layout) is { } seen)
                return seen;
        }

        var made = Converted(value, places.Find(p => p.Layout != Layout.Object) ?? places[0], layout);
        places.Add(made);
        return made;
    }

    /// <summary>A value's place in the layout that kernels want it in.</summary>
    public Place Get(string value) => Get(value, LayoutOf(ShapeOf(value)));

    /// <summary>The gradient of a value, all of it; null: nothing that it influences has one.</summary>
    public Place? GradientOf(string value, Layout layout)
    {
        if (!_gradients.TryGetValue(value, out var place))
            return null;
        if (place.SeenAs(layout) is { } seen && seen.IsDense)
            return seen;
        return Converted($"gradient of {value}", place, layout);
    }

    /// <summary>The same in the layout that kernels want it in.</summary>
    public Place GradientOf(string value) => GradientOf(value, LayoutOf(ShapeOf(value)))!;

    public bool HasGradient(string value) => _gradients.ContainsKey(value);

    /// <summary>
    /// A new place for the gradient of a value: whoever fills it adds what there was before (which lies in the same layout).
    /// </summary>
    public Place NewGradient(string value, out Place? addend)
    {
        var layout = LayoutOf(ShapeOf(value));
        addend = GradientOf(value, layout);
        var place = New(ShapeOf(value), layout);
        _gradients[value] = place;
        return place;
    }

    /// <summary>Adds a place to the gradient of a value; the place may be others' too.</summary>
    public void AddGradient(string value, Place place)
    {
        var layout = LayoutOf(ShapeOf(value));
        if (place.Layout == Layout.Object)
            place = Converted($"gradient of {value}", place, layout);
        if (!_gradients.ContainsKey(value))
        {
            _gradients[value] = place;
            return;
        }

        var seen = place.SeenAs(layout) ?? Converted($"gradient of {value}", place, layout);
        var sum = NewGradient(value, out var addend);
        Place a = AsMap(addend!), b = AsMap(seen), c = AsMap(sum);
        Add(new ElementwiseStep($"gradient of {value}", Threads, Kernels, ElementwiseKind.Add, a, new Operand(b, null), null, c));
    }

    /// <summary>Whether a parameter's gradient already holds a sum in this pass, to which more is added.</summary>
    public bool Continues(TrainedParameter parameter) => !_written.Add(parameter);

    /// <summary>
    /// The name under which a node's result is stored: its own, or that of the ReLU which alone reads it and which the node then
    /// does itself.
    /// </summary>
    public (string Output, bool HasRelu) WithRelu(Node node)
    {
        if (ReaderOf(node.FirstOutput) is not { OpType: "Relu" } reader)
            return (node.FirstOutput, false);
        _done.Add(reader);
        return (reader.FirstOutput, true);
    }

    /// <summary>
    /// The addition that alone reads a node's result, and its other value, of the same shape, if that is there already: the node
    /// then does it itself. Null: there is none.
    /// </summary>
    public (Node Node, string Other)? SumAfter(Node node)
    {
        var output = node.FirstOutput;
        if (ReaderOf(output) is not { OpType: "Add" or "Sum", Inputs.Count: 2 } sum)
            return null;
        var other = sum.Inputs.First(i => i != output);
        if (!_places.ContainsKey(other) || !IsMap(other) || ConstantOf(other) is not null
            || !ShapeOf(other).AsSpan().SequenceEqual(ShapeOf(output)))
        {
            return null;
        }

        _done.Add(sum);
        return (sum, other);
    }

    /// <summary>The gradient before the ReLU that a node does itself.</summary>
    public Place GradientBefore(string output, bool hasRelu, Place y)
    {
        var dy = GradientOf(output, y.Layout)!;
        if (!hasRelu)
            return dy;
        var place = New(ShapeOf(output), y.Layout);
        Lowerings.ActivationLowering.AddClamp(this, output, y, dy, null, place, 0, float.PositiveInfinity);
        return place;
    }

    /// <summary>The plan: forward up to the seed, what gives the seed's gradient, backward.</summary>
    /// <param name="seed">Adds what makes the gradient of the value that the backward pass begins at, and returns its
    /// place.</param>
    /// <param name="values">Values to hand out.</param>
    /// <param name="gradients">Values whose gradients to hand out.</param>
    public CompiledPlan Build(
        Func<TrainingBuilder, Place> seed, IReadOnlyList<string> values, IReadOnlyList<string> gradients)
    {
        string[] names = [.. _inputs, .. Given];
        Place[] inputs = [.. names.Select(i => NewTensor(ShapeOf(i)))];
        for (var i = 0; i < inputs.Length; i++)
            Define(names[i], inputs[i]);
        var backward = new Stack<Action>();
        foreach (var node in Graph.Nodes)
        {
            if (_done.Contains(node) || node.Outputs.All(o => o.Length == 0 || FixedOf(o) is not null))
                continue;
            backward.Push(TrainingLowerings.TryLower(node, this) ?? Lowerings.PlainLowering.Lower(node, this));
        }

        AddGradient(_differentiation.Seed, seed(this));
        while (backward.TryPop(out var emit))
            emit();
        Place[] given = [.. values.Select(v => Get(v, Layout.Object))];
        Place[] slopes = [.. gradients.Select(v => GradientOf(v, Layout.Object)!)];
        return Finish(inputs, given, slopes);
    }

    /// <summary>The node that alone reads a value, which nobody has asked for; null: there is none.</summary>
    private Node? ReaderOf(string value) => _readers[value] != 1 || _differentiation.IsAsked(value) ? null
        : Graph.Nodes.FirstOrDefault(n => n.Inputs.Contains(value));

    private static Place AsMap(Place place) => place.Layout == Layout.ChannelsLast ? place
        : Place.ChannelsLast(place.Buffer!, [1, (int)place.Length], place.Start, (int)place.Length);

    private CompiledPlan Finish(Place[] inputs, Place[] values, Place[] gradients)
    {
        var buffers = new HashSet<PlanBuffer>();
        for (var step = 0; step < _steps.Count; step++)
        {
            foreach (var buffer in _steps[step].Buffers)
            {
                buffer.Touch(step);
                buffers.Add(buffer);
            }
        }

        ConvolutionWeights.Fill(_fixed, Pool);
        var workspace = new Workspace(Pool, Arena.Lay(buffers), _steps.Max(s => s.ScratchFloats), _tensors);
        return new CompiledPlan(workspace, [.. _steps], inputs, values, gradients, _owned);
    }

    private List<Place> PlacesOf(string value)
    {
        if (!_places.TryGetValue(value, out var places))
        {
            places = [Place.OfConstant(ConstantOf(value)
                ?? throw new InvalidOperationException($"'{value}' is read before it is made."))];
            _places.Add(value, places);
        }

        return places;
    }

    private Place Converted(string name, Place source, Layout layout)
    {
        var target = layout == Layout.Object ? NewTensor(source.Dimensions) : New(source.Dimensions, layout);
        if (source.Layout == Layout.ChannelsLast && layout == Layout.ChannelsLast)
            Add(new ElementwiseStep(name, Threads, Kernels, ElementwiseKind.Copy, source, null, null, target));
        else
            Add(new LayoutStep(name, Threads, source, target));
        return target;
    }

    /// <summary>Floats of the largest packed weights of any node, either way round, and of the largest plain ones.</summary>
    private (long Packed, int Plain) LargestWeights()
    {
        long packed = 1;
        var plain = 1;
        foreach (var node in Graph.Nodes.Where(n => n.OpType is "Conv" or "Gemm" or "MatMul" && n.Inputs.Count > 1))
        {
            if (ConstantOf(node.Inputs[1]) is not { Type: ElementType.Float32, Length: > 0 } weights)
                continue;
            var shape = weights.Shape;
            long taps = 1, groups = node.OpType == "Conv" ? node.Attributes.Int("group", 1) : 1;
            foreach (var size in shape.Skip(2))
                taps *= size;
            long outputs = shape[0] / groups, inputs = shape.Length > 1 ? shape[1] : 1;

            // Minimal filtering takes up to four times as many weights for windows of 3x3.
            var growth = taps == 1 ? 1 : 4;
            var columns = Math.Max(Padded(outputs) * inputs * taps, Math.Max(Padded(inputs) * outputs * taps,
                Padded(inputs * taps) * outputs));
            packed = Math.Max(packed, groups * (columns + 16) * growth);
            plain = Math.Max(plain, weights.Length);
        }

        return (packed, plain);

        static long Padded(long columns) => (columns + 31) / 32 * 32;
    }
}
