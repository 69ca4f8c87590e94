using System.Collections.Concurrent;
using MlPipeline.Data.Splits;
using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// A model whose weights are random from the head down to some depth, for the cascading randomization test (Adebayo et al.,
/// Sanity checks for saliency maps, 2018): a map that says what the model has learned must change with it. The numbers of each
/// weight array stay and lose their places, so that the network's values keep their sizes. Not for several threads at once.
/// </summary>
public sealed class RandomizedModel : IDisposable
{
    /// <summary>The step that has a random head on the network as it is.</summary>
    public const string HeadStep = "head";

    /// <summary>The step of what lies between the last stage and the features, where there is anything.</summary>
    public const string BehindStep = "behind the map";

    private static readonly string[] s_weighted =
        ["Conv", "ConvTranspose", "Gemm", "MatMul", "BatchNormalization", "InstanceNormalization"];

    private readonly BackboneTransformer _network;
    private readonly ExplainedHead _head;
    private readonly ConcurrentDictionary<string, Lazy<LayerGradients>> _plans = new();

    private RandomizedModel(string step, Backbone backbone, ImageClassificationModel model, ExplainedHead head)
    {
        (Step, _head) = (step, head);
        var network = model.Chain.Backbone;
        _network = new BackboneTransformer(backbone, network.Columns, network.Options);
    }

    /// <summary>What was randomized last: <see cref="HeadStep"/>, or a part of the network. All behind it is random
    /// too.</summary>
    public string Step { get; }

    /// <summary>The models with a random head, with a random last stage too, and so on to the first; each is made when it is
    /// asked for, and to be disposed. A head that is not linear stays as it is and has no step.</summary>
    /// <param name="model">The model, which stays as it is and is not disposed.</param>
    /// <param name="seed">The same seed gives the same weights.</param>
    public static IEnumerable<RandomizedModel> Cascade(ImageClassificationModel model, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Steps();

        IEnumerable<RandomizedModel> Steps()
        {
            var random = new SeededRandom(seed);
            var head = model.ExplainedHead;
            if (model.Head is { } linear)
            {
                head = new LinearExplainedHead(new LinearHeadWeights(Shuffled(linear.Weights, random),
                    Shuffled(linear.Biases, random), linear.ClassNames));
                yield return new RandomizedModel(HeadStep, model.Backbone, model, head);
            }

            // What the joined features are made of is not weights: those of the network alone are randomized.
            var plain = model.Backbone.WithFeatures(FeatureSet.Pooled);
            var graph = plain.Graph;
            foreach (var (step, nodes) in PartsOf(plain).AsEnumerable().Reverse())
            {
                if (WithRandomWeights(graph, nodes, random) is { } changed)
                {
                    graph = changed;
                    yield return new RandomizedModel(step, plain.WithWeightsOf(graph).WithFeatures(model.Backbone.FeaturesFrom),
                        model, head);
                }
            }
        }
    }

    /// <summary>The heatmap of a class, as <see cref="ImageClassificationModel.Explain(Picture, HeatmapRequest)"/> makes
    /// it.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="request">Which heatmap; the class must be named.</param>
    /// <exception cref="ArgumentException">No class is named, or there is none of that name.</exception>
    /// <exception cref="BackboneException">The method or a layer is not right for the network.</exception>
    public Heatmap Explain(Picture picture, HeatmapRequest request)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(request);
        if (request.ClassName is null)
            throw new ArgumentException("What a random model predicts says nothing: name the class.", nameof(request));
        return new PictureExplainer(_network, _head, request, _plans)
            .Explain([new ExplainedPicture(picture, new ImagePrediction { Path = picture.Name }, null)]).Single().Heatmap!;
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose()
    {
        foreach (var plan in _plans.Values.Where(p => p.IsValueCreated))
            plan.Value.Dispose();
        _network.Dispose();
    }

    /// <summary>The nodes of each stage, shallowest first, and of what lies behind the last.</summary>
    private static List<(string Step, List<Node> Nodes)> PartsOf(Backbone backbone)
    {
        HashSet<Node> taken = [];
        List<(string, List<Node>)> parts = [];
        foreach (var stage in backbone.Stages)
            parts.Add((stage.Name, [.. backbone.Graph.WithOutputs(stage.Value).Nodes.Where(taken.Add)]));
        if (backbone.PooledName is { } pooled)
            parts.Add((BehindStep, [.. backbone.Graph.WithOutputs(pooled).Nodes.Where(taken.Add)]));
        return parts;
    }

    /// <summary>The graph with the weights of some nodes in random places; null where they have none.</summary>
    private static Graph? WithRandomWeights(Graph graph, List<Node> nodes, SeededRandom random)
    {
        Dictionary<string, Tensor> constants = new(graph.Constants, StringComparer.Ordinal);
        HashSet<string> done = new(StringComparer.Ordinal);
        foreach (var name in nodes.Where(n => s_weighted.Contains(n.OpType)).SelectMany(n => n.Inputs).Select(SourceOf))
        {
            if (constants.TryGetValue(name, out var weights) && weights is { Type: ElementType.Float32, Length: > 1 }
                && done.Add(name))
            {
                constants[name] = Tensor.Of(Shuffled(weights.Floats, random), weights.Dimensions.ToArray());
            }
        }

        return done.Count == 0 ? null : new Graph(graph.Name, graph.Inputs, graph.Nodes, constants, graph.Outputs);

        // Weights may be stored in half precision, behind a node that widens them.
        string SourceOf(string value)
        {
            while (graph.ProducerOf(value) is { OpType: "Cast" or "Identity" or "Transpose" } node)
                value = node.Inputs[0];
            return value;
        }
    }

    private static float[] Shuffled(ReadOnlySpan<float> numbers, SeededRandom random)
    {
        var shuffled = numbers.ToArray();
        random.Shuffle<float>(shuffled);
        return shuffled;
    }
}
