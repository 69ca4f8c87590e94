using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;
using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Maps inside a network, and the gradients of linear heads' scores by them. Gradients go through the part of the network alone
/// that lies behind the nearest value on which all layers depend and besides which nothing goes on; what lies before it runs on
/// the engine for inference. For any number of threads at once; they take turns.
/// </summary>
internal sealed class LayerGradients : IDisposable
{
    private readonly Backbone _backbone;
    private readonly GradientPlan _plan;
    private readonly ISession? _before;
    private readonly IReadOnlyList<string> _given;
    private readonly int[][] _givenShapes;
    private readonly Lock _turn = new();

    /// <param name="backbone">The network.</param>
    /// <param name="layers">Values of the network that are maps.</param>
    /// <param name="options">How the network is run.</param>
    /// <exception cref="BackboneException">The features do not depend on a layer, or a node behind it has no backward
    /// pass.</exception>
    public LayerGradients(Backbone backbone, IReadOnlyList<string> layers, BackboneRunOptions options)
    {
        (_backbone, Layers) = (backbone, layers);
        var features = backbone.PooledName!;
        (Cut, var behind) = CutOf(backbone, layers);
        _given = NeedsMapOnly ? ProductsOf(backbone) : [];
        var facts = new GraphFacts(backbone.Graph, backbone.Preprocessing);
        Shapes = [.. layers.Select(layer => ShapeOf(backbone, facts, layer))];
        _givenShapes = [.. _given.Select(value => facts.Shape(value)![1..])];
        try
        {
            _plan = new GradientPlan(behind, features, layers, layers, options.Threads, _given);
        }
        catch (Exception e) when (e is OnnxException or ArgumentException)
        {
            throw new BackboneException(
                $"There is no gradient by {string.Join(", ", layers)} of '{backbone.Name}': {e.Message}", e);
        }

        if (Cut != backbone.InputName && Cut != backbone.FeatureMapName)
        {
            _before = (options.Runtime ?? new ManagedRuntime())
                .CreateSession(backbone.Graph.WithOutputs(Cut), new SessionOptions { Threads = options.Threads });
        }
    }

    /// <summary>The values.</summary>
    public IReadOnlyList<string> Layers { get; }

    /// <summary>The shape of each.</summary>
    public IReadOnlyList<FeatureMapShape> Shapes { get; }

    /// <summary>The value that the gradients begin behind: where it is the feature map, that is all that is needed of the
    /// network; else the network's input is.</summary>
    public string Cut { get; }

    /// <summary>Whether the network's feature map is all that is needed of it.</summary>
    public bool NeedsMapOnly => Cut == _backbone.FeatureMapName;

    /// <summary>The maps and gradients for some pictures.</summary>
    /// <param name="pictures">Of each picture the feature map with the <see cref="ProductsOf"/> behind it
    /// (<see cref="NeedsMapOnly"/>), or the prepared picture.</param>
    /// <param name="heads">The head over the features of each picture.</param>
    /// <param name="shown">The class of each picture.</param>
    /// <exception cref="BackboneException">A head is not for the features.</exception>
    /// <returns>For each layer the maps, and the gradients, of all pictures.</returns>
    public IReadOnlyList<(Tensor Maps, Tensor Gradients)> Run(IReadOnlyList<float[]> pictures,
        IReadOnlyList<LinearHeadWeights> heads, IReadOnlyList<ShownClass> shown)
    {
        var (cut, given) = NeedsMapOnly ? SplitOf(pictures)
            : (_backbone.InputOf(Joined(pictures, 0, pictures[0].Length), pictures.Count), []);
        if (_before is not null)
            cut = _before.Run(new Dictionary<string, Tensor> { [_backbone.InputName] = cut })[Cut];
        lock (_turn)
        {
            var result = _plan.Run(cut, given, features => Seed(features, heads, shown));
            return [.. Layers.Select(layer => (result.Values[layer], result.Gradients[layer]))];
        }
    }

    /// <summary>The results of fully connected layers between a network's feature map and its features that gradients by the map
    /// need, so that a run which gives them with the map spares computing them again; none where those gradients follow from the
    /// pooling or begin elsewhere.</summary>
    public static IReadOnlyList<string> ProductsOf(Backbone backbone)
    {
        if (backbone is not { FeatureMapName: { } map, PooledName: { } features, FeatureMapPooling: MapPooling.None })
            return [];
        var (cut, behind) = CutOf(backbone, [map]);
        if (cut != map)
            return [];

        // Those that have one row for each picture.
        var facts = new GraphFacts(backbone.Graph, backbone.Preprocessing);
        return [.. GradientPlan.ProductsOf(behind, features)
            .Where(p => behind.TypeOf(p) == ElementType.Float32 && facts.Shape(p) is [1, ..])];
    }

    /// <summary>The value of a graph that a layer's name stands for: a stage, or a value.</summary>
    /// <exception cref="BackboneException">There is no such map; the message lists the stages.</exception>
    public static string ValueOf(Backbone backbone, string layer)
    {
        var value = backbone.Stages.FirstOrDefault(s => s.Name == layer)?.Value ?? layer;
        if (backbone.Graph.HasValue(value) && !backbone.Graph.Constants.ContainsKey(value))
        {
            ShapeOf(backbone, new GraphFacts(backbone.Graph, backbone.Preprocessing), value);
            return value;
        }

        throw new BackboneException($"The backbone '{backbone.Name}' has no layer '{layer}'; its stages are "
            + $"{string.Join(", ", backbone.Stages.Select(s => s.Name))}, and any value that the command summary lists will do.");
    }

    public void Dispose()
    {
        _before?.Dispose();
        lock (_turn)
            _plan.Dispose();
    }

    /// <summary>Feature maps, and the values given with them.</summary>
    private (Tensor Maps, Dictionary<string, Tensor> Given) SplitOf(IReadOnlyList<float[]> pictures)
    {
        var shape = _backbone.FeatureMapShape!.Value;
        var at = shape.Length;
        Dictionary<string, Tensor> given = [];
        foreach (var (name, dimensions) in _given.Zip(_givenShapes))
        {
            var length = dimensions.Aggregate(1, (a, b) => a * b);
            given[name] = Tensor.Of(Joined(pictures, at, length), [pictures.Count, .. dimensions]);
            at += length;
        }

        return (Tensor.Of(Joined(pictures, 0, shape.Length), [pictures.Count, shape.Channels, shape.Height, shape.Width]), given);
    }

    private static float[] Joined(IReadOnlyList<float[]> rows, int start, int length)
    {
        var joined = new float[rows.Count * length];
        for (var i = 0; i < rows.Count; i++)
            rows[i].AsSpan(start, length).CopyTo(joined.AsSpan(i * length));
        return joined;
    }

    /// <summary>At the features, the gradient of a linear head's score is the head's weights.</summary>
    private Tensor Seed(Tensor features, IReadOnlyList<LinearHeadWeights> heads, IReadOnlyList<ShownClass> shown)
    {
        var seed = new float[features.Length];
        var count = seed.Length / shown.Count;
        for (var i = 0; i < shown.Count; i++)
        {
            if (heads[i].FeatureCount != count)
            {
                throw new BackboneException($"The head has {heads[i].FeatureCount} features, but '{_backbone.Name}' gives "
                    + $"{count}, so that its scores have no gradient by a layer.");
            }

            heads[i].WeightsOf(shown[i].Index, shown[i].Against).CopyTo(seed.AsSpan(i * count));
        }

        return Tensor.Of(seed, features.Dimensions.ToArray());
    }

    /// <summary>The last value, going back from the layers, that alone all of them and the features depend on.</summary>
    private static (string Cut, Graph Behind) CutOf(Backbone backbone, IReadOnlyList<string> layers)
    {
        var features = backbone.PooledName!;
        var graph = backbone.Graph.WithOutputs([features, .. layers]);
        foreach (var node in graph.Nodes.Reverse().SkipWhile(n => !n.Outputs.Any(layers.Contains)))
        {
            if (node.Outputs is [var value] && !graph.Constants.ContainsKey(value) && IsCut(value))
                return (value, graph.WithInput(value));
        }

        return (graph.Inputs[0].Name, graph);

        // Going back from what is wanted, without passing the value, never reaches the input.
        bool IsCut(string value)
        {
            HashSet<string> needed = [features, .. layers];
            foreach (var node in graph.Nodes.Reverse())
            {
                if (node.Outputs.Any(o => o != value && needed.Contains(o)))
                    needed.UnionWith(node.Inputs);
            }

            return needed.Contains(value) && !graph.Inputs.Any(i => i.Name != value && needed.Contains(i.Name));
        }
    }

    private static FeatureMapShape ShapeOf(Backbone backbone, GraphFacts facts, string value) =>
        facts.Shape(value) is [_, var channels, var height, var width] && height * width > 1
            ? new FeatureMapShape(channels, height, width)
            : throw new BackboneException($"The value '{value}' of '{backbone.Name}' is no map (N x K x H x W).");
}
