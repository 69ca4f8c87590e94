using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>A backbone up to its pooled features and a linear head on them, as one graph that can be trained.</summary>
internal sealed class NetworkWithHead
{
    public const string Logits = "head/logits";
    private const string Weights = "head/weights";
    private const string Biases = "head/biases";
    private const string Features = "head/features";

    private readonly Backbone _backbone;
    private readonly IReadOnlyList<string> _classNames;

    /// <exception cref="JobException">The backbone has no pooled features of its own that could be trained.</exception>
    public NetworkWithHead(Backbone backbone, LinearHeadWeights head)
    {
        (_backbone, _classNames) = (backbone, head.ClassNames);
        if (backbone.PooledName is not { } pooled)
            throw new JobException($"The network '{backbone.Name}' has no pooled features that a head could be trained on.");
        var body = backbone.Graph.WithOutputs(pooled);
        var input = body.Inputs[0];
        Dictionary<string, Tensor> constants = new(body.Constants, StringComparer.Ordinal)
        {
            [Weights] = Tensor.Of([.. head.Weights], head.ClassCount, head.FeatureCount),
            [Biases] = Tensor.Of([.. head.Biases], head.ClassCount),
        };
        Graph = new Graph(backbone.Name,
            [input with { Dimensions = input.Dimensions is { } sizes ? [-1, .. sizes.Skip(1)] : null }],
            [
                .. body.Nodes,
                new Node("Flatten", [pooled], [Features], name: "head/flatten"),
                new Node("Gemm", [Features, Weights, Biases], [Logits], NodeAttributes.Of(("transB", 1L)), "head/gemm"),
            ],
            constants, [Logits]);
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
        if (layers == FineTuningOptions.All)
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

    /// <summary>The backbone and the head that a trained graph of this shape holds.</summary>
    public FineTunedNetwork Split(Graph trained, IReadOnlyList<EpochResult> epochs)
    {
        float[] Of(string name) => trained.Constants[name].Floats.ToArray();
        return new FineTunedNetwork(_backbone.WithWeightsOf(trained),
            new LinearHeadWeights(Of(Weights), Of(Biases), _classNames), epochs);
    }
}

/// <summary>What fine-tuning gives: an ordinary backbone and a linear head on its pooled features.</summary>
/// <param name="Backbone">The network with its new weights.</param>
/// <param name="Head">The head.</param>
/// <param name="Epochs">What each epoch gave, epoch 0 first.</param>
internal sealed record FineTunedNetwork(Backbone Backbone, LinearHeadWeights Head, IReadOnlyList<EpochResult> Epochs);
