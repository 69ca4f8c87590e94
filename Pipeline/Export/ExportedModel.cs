using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Rewrites;
using MlPipeline.Engine.Tensors;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Export;

/// <summary>A model as one ONNX file: network, head and heatmap in one graph of ONNX's own operators.</summary>
internal sealed class ExportedModel
{
    public const string Pixels = "pixels", Scores = "scores", Label = "label", Heatmap = "heatmap";

    private ExportedModel(byte[] bytes, Graph graph, IReadOnlyList<string> notes) =>
        (Bytes, Graph, Notes) = (bytes, graph, notes);

    public byte[] Bytes { get; }

    /// <summary>The graph as a reader of the file sees it.</summary>
    public Graph Graph { get; }

    public IReadOnlyList<string> Notes { get; }

    /// <exception cref="ExportException">The model has a part that ONNX has no counterpart for.</exception>
    public static ExportedModel Of(ImageClassificationModel model, PixelSource source, bool halfWeights)
    {
        var backbone = model.Backbone;
        var head = ExportedHead.Of(model.Chain);
        var views = Augmentation.Of(backbone.Preprocessing.Views);
        var batch = backbone.Graph.Inputs[0].Dimensions![0];
        if (batch == 1 && views.Count > 1)
        {
            throw new ExportException($"The network '{backbone.Name}' takes one picture at a time, so the file cannot show it "
                + $"{views.Count} views of each.");
        }

        List<string> notes = [];
        var draft = new GraphDraft(Pixels, Scores, Label, Heatmap);
        var network = new Network(draft, backbone, new PictureNodes(draft, backbone.Preprocessing, source, Pixels), views);
        var weights = AddScores(draft, network, head);
        draft.Output("ArgMax", Label, [Scores], ("axis", 1L), ("keepdims", 0L));
        List<string> outputs = [Scores, Label];
        if (weights is not null && backbone is { FeatureMapShape: { } shape, FeatureMapPooling: not MapPooling.None })
        {
            var part = weights.Part(backbone.FeatureMapOffset, MapPools.FeaturesOf(backbone.FeatureMapPooling, shape));
            HeatmapNodes.Add(draft, Heatmap, network.FirstMap(shape), shape, Label, part, backbone.FeatureMapPooling);
            outputs.Add(Heatmap);
        }
        else
        {
            notes.Add("there is no heatmap in it: the scores are not linear in a pooled feature map");
        }

        try
        {
            var graph = draft.Build(backbone.Name, InputOf(backbone.Preprocessing, source, batch), outputs);
            if (halfWeights)
                graph = Folded(graph, network, backbone);
            var bytes = OnnxWriter.ToBytes(graph, new OnnxWriteOptions
            {
                MetadataProperties = ExportMetadata.Of(model, source),
                IncludeShapes = false,
                HalfWeights = halfWeights,
            });
            return new ExportedModel(bytes, OnnxModel.Parse(bytes, "the exported file").ToGraph(), notes);
        }
        catch (OnnxException e)
        {
            throw new ExportException($"The network '{backbone.Name}' cannot be written: {e.Message}", e);
        }
    }

    /// <summary>The graph with normalisations folded into the weights, which are then rounded once. The network's own values that
    /// say what it can be used for keep their names.</summary>
    private static Graph Folded(Graph graph, Network network, Backbone backbone)
    {
        string?[] kept = [backbone.FeatureMapName, backbone.PooledName, backbone.LogitsName];
        return GraphOptimizer.Optimize(graph.WithOutputs([.. graph.Outputs, .. kept.OfType<string>().Select(network.NameOf)
            .Where(graph.HasValue)])).WithOutputs([.. graph.Outputs]);
    }

    /// <summary>Adds the scores.</summary>
    /// <returns>The weights of a head on the features; null where there is none.</returns>
    private static LinearHeadWeights? AddScores(GraphDraft draft, Network network, ExportedHead head)
    {
        var read = network.Mean(head.Reads);
        if (head.Weights is not { } weights)
        {
            draft.Output("Identity", Scores, [read]);
            return head.Reads == BackboneOutput.Logits ? network.Backbone.Classifier : null;
        }

        string[] inputs =
        [
            read,
            draft.Constant("head_weights", Tensor.Of(weights.Weights, weights.ClassCount, weights.FeatureCount)),
            draft.Constant("head_biases", Tensor.Of(weights.Biases, weights.ClassCount)),
        ];
        if (head.IsSoftmax)
            draft.Output("Softmax", Scores, [draft.Step("Gemm", "logits", inputs, ("transB", 1L))], ("axis", -1L));
        else
            draft.Output("Gemm", Scores, inputs, ("transB", 1L));
        return head.Reads == BackboneOutput.Features ? weights : null;
    }

    private static ValueInfo InputOf(Preprocessing recipe, PixelSource source, int batch)
    {
        int[] size = source switch
        {
            PixelSource.AnySize => [-1, -1],
            PixelSource.MlNet when recipe.Resize == ResizeMode.ShorterSide => [recipe.ShorterSide, recipe.ShorterSide],
            PixelSource.MlNet => [PictureNodes.Oversampling * recipe.Height, PictureNodes.Oversampling * recipe.Width],
            _ => [recipe.Height, recipe.Width],
        };
        return new ValueInfo(Pixels, ElementType.Float32, [batch, 3, .. size]);
    }

    /// <summary>The network between pixels and values, all views of a batch in one run.</summary>
    private sealed class Network
    {
        private readonly GraphDraft _draft;
        private readonly Func<string, string> _names;
        private readonly int _views;

        public Network(GraphDraft draft, Backbone backbone, PictureNodes pictures, IReadOnlyList<Augmentation> views)
        {
            (_draft, Backbone, _views) = (draft, backbone, views.Count);
            _names = draft.Add(backbone.Graph, pictures.Input(views, backbone.Graph.Inputs[0].Type));
        }

        public Backbone Backbone { get; }

        /// <summary>What a value of the backbone's graph is called here.</summary>
        public string NameOf(string value) => _names(value);

        /// <summary>A value's mean over the views, as rows.</summary>
        public string Mean(BackboneOutput output)
        {
            var value = output == BackboneOutput.Logits ? Backbone.LogitsName! : Backbone.PooledName!;
            var count = output == BackboneOutput.Logits ? Backbone.ClassCount : Backbone.FeatureCount;
            var rows = _draft.Step("Flatten", "rows", [_names(value)]);
            if (_views == 1)
                return rows;
            var byView = _draft.Step("Reshape", "rows_by_view", [rows, _draft.Wholes("views_shape", _views, -1, count)]);
            var sum = _draft.Step("ReduceSum", "sum_of_views", [byView, _draft.Wholes("views_axis", 0)], ("keepdims", 0L));
            return _draft.Step("Div", "mean_of_views", [sum, _draft.Number("views", _views)]);
        }

        /// <summary>The feature map of the first view.</summary>
        public string FirstMap(FeatureMapShape shape)
        {
            var map = _names(Backbone.FeatureMapName!);
            if (_views == 1)
                return map;
            var byView = _draft.Step("Reshape", "maps_by_view",
                [map, _draft.Wholes("maps_shape", _views, -1, shape.Channels, shape.Height, shape.Width)]);
            return _draft.Step("Gather", "first_maps", [byView, _draft.Constant("first", Tensor.Of(new long[] { 0 }))],
                ("axis", 0L));
        }
    }
}
