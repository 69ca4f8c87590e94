using MlPipeline.Engine.Graphs;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Finds the feature map, the pooled features and the logits of a classification network, walking back from its output:
/// <list type="number">
/// <item>The logits are the output, or what a final softmax takes.</item>
/// <item>If a linear layer (Gemm, MatMul, a 1x1 convolution on a 1x1 map) makes the logits from a mean over all places, that mean
/// is the pooled features and what it is taken over is the feature map (ResNet, GoogLeNet, DenseNet, MobileNet ...).</item>
/// <item>If the linear layer takes something else (AlexNet, VGG), the pooled features are what it takes, the activations of the
/// last but one layer, and the feature map is the last value with places before the layers became fully connected.</item>
/// <item>If the mean comes last, over the maps of the classes (SqueezeNet), the feature map is what the last convolution takes,
/// and the pooled features are its mean, which is added to the graph.</item>
/// </list>
/// </summary>
internal static class OutputDiscovery
{
    public const string AddedPooled = "pooled_features";

    public static BackboneOutputs Find(Graph graph, string name, Preprocessing preprocessing, BackboneOptions options)
    {
        foreach (var value in new[] { options.FeatureMap, options.Pooled, options.Logits })
        {
            if (value is not null && !graph.HasValue(value))
            {
                throw new BackboneException(
                    $"{name}: the network has no value '{value}'; its outputs are {string.Join(", ", graph.Outputs)}.");
            }
        }

        var facts = new GraphFacts(graph, preprocessing);
        var found = Walk(facts, options.Logits ?? LogitsOf(facts, name));
        var map = options.FeatureMap
            ?? (options.Pooled is null || options.Pooled == found.Pooled
                ? found.Map : MapBefore(facts, options.Pooled) ?? found.Map);
        var pooled = options.Pooled ?? (map == found.Map ? found.Pooled : null);
        return Settle(facts, name, found, map, pooled);
    }

    private static BackboneOutputs Settle(GraphFacts facts, string name, Found found, string? map, string? pooled)
    {
        var graph = facts.Graph;
        var shape = map is null ? null : facts.Shape(map);
        if (map is not null && shape is not { Length: 4 })
            throw new BackboneException($"{name}: the feature map '{map}' must have the shape N x K x H x W.");
        var added = pooled is null && map is not null;
        if (added)
        {
            pooled = AddedPooled;
            graph = new Graph(
                graph.Name, graph.Inputs, [.. graph.Nodes, new Node("GlobalAveragePool", [map!], [AddedPooled])],
                graph.Constants, graph.Outputs);
        }

        var features = added ? shape![1] : pooled is null ? 0 : facts.Count(pooled);
        var isMean = added || (pooled is not null && map is not null && MapBefore(facts, pooled) == map);
        var classes = found.Logits is null ? 0 : facts.Count(found.Logits);
        var classifier = found.Classifier is { } layer && layer.Weights.Length == classes * features
            && (pooled == found.Pooled || added) ? layer : null;
        return new BackboneOutputs
        {
            Graph = graph,
            FeatureMap = map,
            FeatureMapShape = shape is null ? null : new FeatureMapShape(shape[1], shape[2], shape[3]),
            Pooled = pooled,
            FeatureCount = features,
            PooledIsAdded = added,
            PooledIsMeanOfMap = isMean,
            FeatureMapOffset = isMean ? 0 : -1,
            FeatureMapPooling = isMean ? MapPooling.Mean : MapPooling.None,
            Parts = pooled is null ? [] : [new FeaturePart(FeatureSet.Pooled, isMean ? map! : pooled, 0, features)],
            Logits = found.Logits,
            ClassCount = classes,
            ClassifierWeights = classifier?.Weights,
            ClassifierBiases = classifier?.Biases,
            Notes = pooled is null
                ? [$"{name}: no pooled features were found in the network; name a value with the option Pooled."] : [],
        };
    }

    /// <summary>The output that is a vector for each picture, before a final softmax.</summary>
    private static string? LogitsOf(GraphFacts facts, string name)
    {
        var outputs = facts.Graph.Outputs;
        var output = outputs.FirstOrDefault(o => o == "logits") ?? outputs.FirstOrDefault(o => IsVector(facts, o));
        if (output is null)
            return null;
        var last = facts.BehindTransparent(output);
        return facts.Graph.ProducerOf(last) is { OpType: "Softmax" or "LogSoftmax" } softmax ? softmax.Inputs[0] : output;
    }

    private static bool IsVector(GraphFacts facts, string value) =>
        facts.Shape(value) is [_, > 1] or [_, > 1, 1, 1] or [_, 1, 1, > 1];

    private static Found Walk(GraphFacts facts, string? logits)
    {
        if (logits is null)
        {
            // A network without a classifier: its last map, or its last vector.
            var output = facts.Graph.Outputs[0];
            return facts.Shape(output) is { Length: 4 }
                ? new Found(null, output, null, null) : new Found(null, null, output, null);
        }

        var (node, biases) = LinearLayer(facts, logits);
        if (node is null)
            return new Found(logits, null, null, null);
        if (facts.IsGlobalMean(node))
            return MeanLast(facts, logits, node);
        if (facts.DataInput(node) is not { } data)
            return new Found(logits, null, null, null);
        var classifier = LinearClassifier.Of(facts, node, biases);
        var behind = facts.BehindTransparent(data);
        if (facts.Graph.ProducerOf(behind) is { } pooling && facts.IsGlobalMean(pooling))
            return new Found(logits, facts.BehindTransparentKeepingPlaces(pooling.Inputs[0]), behind, classifier);

        // A classifier whose output is itself a bare vector: the features would be the logits of another one.
        return IsVector(facts, data)
            ? new Found(logits, LastMap(facts, data), data, classifier)
            : new Found(logits, LastMap(facts, data), null, null);
    }

    /// <summary>The layer that makes the logits, with the constants that are added after it.</summary>
    private static (Node? Node, IReadOnlyList<string> Biases) LinearLayer(GraphFacts facts, string logits)
    {
        var biases = new List<string>();
        var value = facts.BehindTransparent(logits);
        while (facts.Graph.ProducerOf(value) is { } node)
        {
            if (node.OpType != "Add" || facts.DataInput(node) is not { } data)
                return (node, biases);
            biases.Add(node.Inputs.First(i => i != data));
            value = facts.BehindTransparent(data);
        }

        return (null, biases);
    }

    /// <summary>SqueezeNet's way: a convolution to one map for each class, then the mean.</summary>
    private static Found MeanLast(GraphFacts facts, string logits, Node mean)
    {
        var value = facts.BehindTransparentKeepingPlaces(mean.Inputs[0]);
        var rectified = false;
        while (facts.Graph.ProducerOf(value) is { OpType: "Relu" } relu)
        {
            rectified = true;
            value = facts.BehindTransparentKeepingPlaces(relu.Inputs[0]);
        }

        // What is averaged are not the maps of classes: a network without a classifier, whose last step is the pooling.
        if (facts.Graph.ProducerOf(value) is not { OpType: "Conv" } convolution || facts.DataInput(convolution) is not { } data)
            return new Found(null, facts.BehindTransparentKeepingPlaces(mean.Inputs[0]), mean.Outputs[0], null);

        // After a rectifier the scores are no longer linear in the mean of the map.
        var classifier = rectified ? null : LinearClassifier.Of(facts, convolution, []);
        return new Found(logits, facts.BehindTransparentKeepingPlaces(data), null, classifier);
    }

    private static string? MapBefore(GraphFacts facts, string pooled) =>
        facts.Graph.ProducerOf(facts.BehindTransparent(pooled)) is { } node && facts.IsGlobalMean(node)
            ? facts.BehindTransparentKeepingPlaces(node.Inputs[0])
            : null;

    /// <summary>The last value with places on the way back.</summary>
    private static string? LastMap(GraphFacts facts, string value)
    {
        while (true)
        {
            if (facts.Shape(value) is [_, _, > 1, > 1])
                return value;
            if (facts.Graph.ProducerOf(value) is not { } node || facts.DataInput(node) is not { } before)
                return null;
            value = before;
        }
    }

    private sealed record Found(string? Logits, string? Map, string? Pooled, LinearClassifier? Classifier);
}
