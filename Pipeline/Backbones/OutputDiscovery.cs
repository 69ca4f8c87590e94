using MlPipeline.Engine.Graphs;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Finds the feature map, the pooled features and the logits of a classification network, walking back from its output:
/// <list type="number">
/// <item>The logits are what a final softmax or sigmoid takes, or the output of a last linear layer. What ends otherwise (in an
/// activation, a normalisation, a mean over maps) has features for its output, and no classifier.</item>
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

    private const string AddedLogits = "log_probabilities";

    /// <summary>ImageNet's classes, and TensorFlow's with the background.</summary>
    private static readonly int[] s_usualClasses = [1000, 1001];

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
        var vector = options.Logits ?? VectorOf(facts, options.ClassNames?.Count);
        var (kind, logits) = vector is null ? (NetworkOutputs.None, null) : End(facts, vector, options);
        if (options.Outputs is { } said)
        {
            if (vector is null && said != NetworkOutputs.None)
            {
                throw new BackboneException($"{name}: outputs of the kind {said} are a vector for each picture; the network's "
                    + $"outputs are {string.Join(", ", graph.Outputs.Select(graph.Describe))}.");
            }

            // What no linear layer makes and no softmax was found behind, is a softmax of another form.
            if (said == NetworkOutputs.Softmax && kind != NetworkOutputs.Softmax && !IsLinear(facts, vector!))
                return WithLogarithms(facts, name, vector!, options);
            (kind, logits) = said == NetworkOutputs.None ? (said, null) : (said, logits ?? vector);
        }

        return Find(facts, name, kind, logits, options);
    }

    private static BackboneOutputs Find(GraphFacts facts, string name, NetworkOutputs kind, string? logits,
        BackboneOptions options)
    {
        var found = logits is null ? WithoutClassifier(facts) : Walk(facts, logits);
        var map = options.FeatureMap
            ?? (options.Pooled is null || options.Pooled == found.Pooled
                ? found.Map : MapBefore(facts, options.Pooled) ?? found.Map);
        var pooled = options.Pooled ?? (map == found.Map ? found.Pooled : null);
        return Settle(facts, name, found, map, pooled) with { Kind = kind };
    }

    private static BackboneOutputs WithLogarithms(GraphFacts facts, string name, string probabilities, BackboneOptions options)
    {
        var graph = facts.Graph;
        var added = new Graph(graph.Name, graph.Inputs, [.. graph.Nodes, new Node("Log", [probabilities], [AddedLogits])],
            graph.Constants, graph.Outputs);
        return Find(new GraphFacts(added, facts.Preprocessing), name, NetworkOutputs.Softmax, AddedLogits, options) with
        {
            LogitsAreAdded = true,
        };
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

    /// <summary>The output that is a vector for each picture: that of a known length, "logits", or the first.</summary>
    private static string? VectorOf(GraphFacts facts, int? classes)
    {
        string[] vectors = [.. facts.Graph.Outputs.Where(o => IsVector(facts, o))];
        return vectors.FirstOrDefault(v => facts.Count(v) == classes) ?? vectors.FirstOrDefault(v => v == "logits")
            ?? vectors.FirstOrDefault();
    }

    /// <summary>What a vector means, and its logits, from how the network ends.</summary>
    private static (NetworkOutputs Kind, string? Logits) End(GraphFacts facts, string vector, BackboneOptions options)
    {
        // A value that is named by hand may have its softmax or sigmoid behind it.
        var behind = options.Logits is null ? null : facts.Graph.Nodes.FirstOrDefault(n => n.Inputs.Contains(vector))?.OpType;
        if (KindOf(behind) is { } next)
            return (next, vector);
        var end = facts.Graph.ProducerOf(facts.BehindTransparent(vector));
        if (KindOf(end?.OpType) is { } kind)
            return (kind, end!.Inputs[0]);
        if (ExponentsOf(facts, end) is { } exponents)
            return (NetworkOutputs.Softmax, exponents);
        var isClassifier = options.Logits is not null || facts.Count(vector) == options.ClassNames?.Count
            || IsLinear(facts, vector);
        return isClassifier ? (NetworkOutputs.Logits, vector) : (NetworkOutputs.None, null);
    }

    private static NetworkOutputs? KindOf(string? op) => op switch
    {
        "Softmax" or "LogSoftmax" => NetworkOutputs.Softmax,
        "Sigmoid" => NetworkOutputs.Sigmoid,
        _ => null,
    };

    /// <summary>What a softmax that is written out (exponents by their sum) takes.</summary>
    private static string? ExponentsOf(GraphFacts facts, Node? division) =>
        division?.OpType == "Div" && facts.Graph.ProducerOf(division.Inputs[0]) is { OpType: "Exp" } exponents
        && facts.Graph.ProducerOf(division.Inputs[1]) is { OpType: "ReduceSum" } sum && sum.Inputs[0] == exponents.Outputs[0]
            ? exponents.Inputs[0] : null;

    /// <summary>Whether a vector comes from a linear layer, as logits do, or is the mean over maps of classes.</summary>
    private static bool IsLinear(GraphFacts facts, string vector)
    {
        var (node, _) = LinearLayer(facts, vector);
        if (node is null)
            return false;
        if (!facts.IsGlobalMean(node))
            return node.OpType is "Gemm" or "MatMul" or "Conv" || ScaledProduct(facts, vector) is not null;
        var (convolution, isRectified) = BeforeRectifier(facts, node.Inputs[0]);
        return convolution is { OpType: "Conv" } && facts.Shape(convolution.Inputs[1]) is [_, _, 1, 1]
            && (!isRectified || s_usualClasses.Contains(facts.Count(vector)));
    }

    /// <summary>The matrix product that a vector is, but for scales and biases, as where activations are quantised by what they
    /// are; null for others.</summary>
    private static Node? ScaledProduct(GraphFacts facts, string vector)
    {
        var node = facts.Graph.ProducerOf(facts.BehindTransparent(vector));
        while (node is { OpType: "Mul" or "Add" })
            node = facts.Graph.ProducerOf(facts.BehindTransparent(node.Inputs.MaxBy(facts.Count)!));
        return node is { OpType: "MatMul" or "Gemm" } ? node : null;
    }

    private static bool IsVector(GraphFacts facts, string value) =>
        facts.Shape(value) is [_] or [_, _] or [_, _, 1, 1] or [_, 1, 1, _];

    /// <summary>A network without a classifier: its last map, or its last vector, and the map behind that.</summary>
    private static Found WithoutClassifier(GraphFacts facts)
    {
        var output = facts.Graph.Outputs.FirstOrDefault(o => IsVector(facts, o)) ?? facts.Graph.Outputs[0];
        if (facts.Shape(output) is [_, _, > 1, > 1])
            return new Found(null, output, null, null);
        var behind = facts.BehindTransparent(output);
        return MapBefore(facts, output) is { } map
            ? new Found(null, map, behind, null) : new Found(null, LastMap(facts, output), output, null);
    }

    private static Found Walk(GraphFacts facts, string logits)
    {
        var (node, biases) = LinearLayer(facts, logits);
        if (node is null)
            return new Found(logits, null, null, null);
        if (facts.IsGlobalMean(node))
            return MeanLast(facts, logits, node);
        if (facts.DataInput(node) is not { } data)
        {
            if (ScaledProduct(facts, logits) is not { } product)
                return new Found(logits, null, null, null);
            var features = facts.BehindTransparent(product.Inputs[0]);
            return new Found(logits, MapBefore(facts, features), features, null);
        }

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
        var (node, isRectified) = BeforeRectifier(facts, mean.Inputs[0]);
        if (node is not { OpType: "Conv" } convolution || facts.DataInput(convolution) is not { } data)
            return new Found(logits, facts.BehindTransparentKeepingPlaces(mean.Inputs[0]), mean.Outputs[0], null);

        // After a rectifier the scores are no longer linear in the mean of the map.
        var classifier = isRectified ? null : LinearClassifier.Of(facts, convolution, []);
        return new Found(logits, facts.BehindTransparentKeepingPlaces(data), null, classifier);
    }

    /// <summary>What makes a value, before rectifiers.</summary>
    private static (Node? Node, bool IsRectified) BeforeRectifier(GraphFacts facts, string value)
    {
        var isRectified = false;
        while (true)
        {
            value = facts.BehindTransparentKeepingPlaces(value);
            var node = facts.Graph.ProducerOf(value);
            if (node is not { OpType: "Relu" })
                return (node, isRectified);
            isRectified = true;
            value = node.Inputs[0];
        }
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
