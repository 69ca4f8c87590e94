using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>A backbone up to its pooled features and a linear head on them, as one graph that can be trained.</summary>
/// <remarks>
/// The head of the graph stands on features with mean 0 and mean variance 1, by statistics that do not change: with features that
/// are all positive, as behind a ReLU, and of any size, the rate that its bias needs and the one that its weights bear lie far
/// apart (LeCun et al. 1998, section 4.3). <see cref="Split"/> folds that into the head's weights.
/// </remarks>
internal sealed class NetworkWithHead
{
    public const string Logits = "head/logits";
    private const string Weights = "head/weights";
    private const string Biases = "head/biases";
    private const string Means = "head/means";
    private const string Scale = "head/scale";

    private readonly Backbone _backbone;
    private readonly IReadOnlyList<string> _classNames;
    private readonly float[] _means;
    private readonly float _deviation;

    /// <param name="backbone">The network.</param>
    /// <param name="head">The head on its pooled features.</param>
    /// <param name="features">What the features are like; null: they are taken as they are.</param>
    /// <param name="dropout">The share of them that training drops.</param>
    /// <exception cref="JobException">The backbone has no pooled features of its own that could be trained.</exception>
    public NetworkWithHead(Backbone backbone, LinearHeadWeights head, FeatureStatistics? features = null, double dropout = 0)
    {
        (_backbone, _classNames) = (backbone, head.ClassNames);
        if (backbone.PooledName is not { } pooled)
            throw new JobException($"The network '{backbone.Name}' has no pooled features that a head could be trained on.");
        _means = features is null ? new float[head.FeatureCount] : [.. features.Means];
        var variance = features?.Deviations.Average(d => (double)d * d) ?? 1;
        _deviation = variance > 0 ? (float)Math.Sqrt(variance) : 1;
        var body = backbone.Graph.WithOutputs(pooled);
        var input = body.Inputs[0];
        Dictionary<string, Tensor> constants = new(body.Constants, StringComparer.Ordinal)
        {
            [Weights] = Tensor.Of([.. head.Weights.Select(w => w * _deviation)], head.ClassCount, head.FeatureCount),
            [Biases] = Tensor.Of(Shifted(head.Weights, head.Biases, 1), head.ClassCount),
            [Means] = Tensor.Of(_means, 1, head.FeatureCount),
            [Scale] = Tensor.Of([1 / _deviation], 1),
        };
        List<Node> nodes = [.. body.Nodes, new Node("Flatten", [pooled], ["head/features"], name: "head/flatten")];
        if (features is not null)
        {
            nodes.Add(new Node("Sub", [nodes[^1].Outputs[0], Means], ["head/centred"], name: "head/centre"));
            nodes.Add(new Node("Mul", [nodes[^1].Outputs[0], Scale], ["head/scaled"], name: "head/scale"));
        }

        if (dropout > 0)
        {
            nodes.Add(new Node("Dropout", [nodes[^1].Outputs[0]], ["head/dropped"], NodeAttributes.Of(("ratio", (float)dropout)),
                "head/dropout"));
        }

        nodes.Add(new Node("Gemm", [nodes[^1].Outputs[0], Weights, Biases], [Logits], NodeAttributes.Of(("transB", 1L)),
            "head/gemm"));
        Graph = new Graph(backbone.Name,
            [input with { Dimensions = input.Dimensions is { } sizes ? [-1, .. sizes.Skip(1)] : null }], nodes, constants,
            [Logits]);
    }

    /// <summary>The graph; its output is <see cref="Logits"/>.</summary>
    public Graph Graph { get; }

    /// <summary>Whether a parameter is the head's.</summary>
    public static bool IsHead(string parameter) => parameter is Weights or Biases;

    /// <summary>The parameters of some layers, with the head's.</summary>
    /// <param name="layers">As <see cref="FineTuningOptions.Layers"/> takes them.</param>
    /// <exception cref="JobException">There are no such layers.</exception>
    public IReadOnlyList<string> ParametersOf(string layers)
    {
        if (layers is FineTuningOptions.All or FineTuningOptions.Scratch)
            return ParameterSelection.All(Graph);
        var stages = _backbone.Stages;
        var stage = layers == FineTuningOptions.LastStage ? stages.Count - 1 : stages.ToList().FindIndex(s => s.Name == layers);
        if (stage == 0)
            return ParameterSelection.All(Graph);
        var first = stage > 0 ? Graph.Nodes.First(n => n.Inputs.Contains(stages[stage - 1].Value)).Name : layers;
        return Graph.Nodes.Any(n => n.Name == first) ? ParameterSelection.From(Graph, first)
            : throw new JobException($"The network '{_backbone.Name}' has no layers '{layers}' to train: there are "
                + $"{FineTuningOptions.LastStage}, {FineTuningOptions.All}, {string.Join(", ", stages.Select(s => s.Name))}, and "
                + "every node by its name.");
    }

    /// <summary>How many stages lie between a parameter and the head; 0 for those of the last, and of what follows it.</summary>
    public Func<string, int> Heights()
    {
        var stages = _backbone.Stages;
        Dictionary<string, int> heights = new(StringComparer.Ordinal);
        for (var stage = 0; stage < stages.Count; stage++)
        {
            foreach (var input in Graph.WithOutputs(stages[stage].Value).Nodes.SelectMany(n => n.Inputs))
                heights.TryAdd(input, stages.Count - 1 - stage);
        }

        return parameter => heights.GetValueOrDefault(parameter);
    }

    /// <summary>The backbone and the head that a trained graph of this shape holds.</summary>
    /// <param name="trained">The graph.</param>
    /// <param name="epochs">What each epoch gave.</param>
    /// <param name="name">The backbone's name; null for that of a network that was tuned.</param>
    public FineTunedNetwork Split(Graph trained, IReadOnlyList<EpochResult> epochs, string? name = null)
    {
        float[] weights = [.. trained.Constants[Weights].Floats.ToArray().Select(w => w / _deviation)];
        return new FineTunedNetwork(_backbone.WithWeightsOf(trained, name),
            new LinearHeadWeights(weights, Shifted(weights, trained.Constants[Biases].Floats.ToArray(), -1), _classNames),
            epochs);
    }

    /// <summary>The biases and some times what the weights make of the means.</summary>
    private float[] Shifted(IReadOnlyList<float> weights, IReadOnlyList<float> biases, int times)
    {
        var shifted = new float[biases.Count];
        for (var c = 0; c < shifted.Length; c++)
        {
            double sum = 0;
            for (var k = 0; k < _means.Length; k++)
                sum += (double)weights[(c * _means.Length) + k] * _means[k];
            shifted[c] = (float)(biases[c] + (times * sum));
        }

        return shifted;
    }
}

/// <summary>What fine-tuning gives: an ordinary backbone and a linear head on its pooled features.</summary>
/// <param name="Backbone">The network with its new weights.</param>
/// <param name="Head">The head.</param>
/// <param name="Epochs">What each epoch gave.</param>
internal sealed record FineTunedNetwork(Backbone Backbone, LinearHeadWeights Head, IReadOnlyList<EpochResult> Epochs);
