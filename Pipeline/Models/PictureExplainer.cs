using System.Collections.Concurrent;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Models;

/// <summary>A picture with what the model says of it, and its feature map with the network's
/// <see cref="BackboneNetwork.Products"/> behind it; null where that is still to be computed.</summary>
internal sealed record ExplainedPicture(Picture Picture, ImagePrediction Prediction, float[]? FeatureMap);

/// <summary>Makes the heatmaps of one request to one model, some pictures at a time. Not for several threads at once.</summary>
internal sealed class PictureExplainer
{
    private readonly BackboneTransformer _network;
    private readonly ExplainedHead _head;
    private readonly HeatmapRequest _request;
    private readonly IHeatmapMethod _method;
    private readonly LayerGradients? _gradients;
    private readonly FeatureMapShape[] _shapes;
    private readonly int _wanted;
    private readonly int? _against;
    private readonly PictureView[] _views;
    private (LinearHeadWeights Of, HeatmapComputer Computer)? _computer;

    /// <exception cref="BackboneException">The method or a layer is not right for the network.</exception>
    /// <exception cref="ArgumentException">There is no class of that name.</exception>
    public PictureExplainer(BackboneTransformer network, ExplainedHead head, HeatmapRequest request,
        ConcurrentDictionary<string, Lazy<LayerGradients>> plans)
    {
        (_network, _head, _request) = (network, head, request);
        _views = [.. request.Scales.Prepend(1).Distinct().SelectMany(scale => request.Flips
            ? (PictureView[])[new(scale, false), new(scale, true)] : [new(scale, false)]).Where(v => v != PictureView.Plain)];
        _wanted = request.ClassName is { } name ? LinearHeadWeights.IndexOf(name, head.ClassNames) : -1;
        _against = request.Against is { } other ? LinearHeadWeights.IndexOf(other, head.ClassNames) : null;
        if (_against == _wanted)
            throw new ArgumentException($"The class '{request.Against}' is not to be shown against itself.", nameof(request));
        var backbone = network.Backbone;
        var origin = FeatureMapOrigin.Of(backbone);
        _method = HeatmapComputer.MethodFor(origin, request.Method);
        if (request.Layers.Count > 0 && !_method.UsesGradient)
        {
            throw new BackboneException($"The method '{_method.Name}' looks at the network's feature map alone; at other "
                + $"layers look {string.Join(", ", HeatmapMethods.Names.Where(n => HeatmapMethods.ByName(n).UsesGradient))}.");
        }

        string[] layers = request.Layers.Count > 0
            ? [.. request.Layers.Select(layer => LayerGradients.ValueOf(backbone, layer)).Distinct()]
            : [backbone.FeatureMapName!];

        // By the pooled feature map the gradient is known as it stands.
        if (_method.UsesGradient
            && !(layers is [var only] && only == backbone.FeatureMapName && origin.Pooling != MapPooling.None))
        {
            _gradients = plans.GetOrAdd(string.Join('\n', layers), _ => new(() =>
                new LayerGradients(backbone, layers, network.Options))).Value;
        }

        _shapes = _gradients is null ? [origin.Shape] : [.. _gradients.Shapes];
        if (head is LinearExplainedHead linear)
            ComputerFor(linear.Weights);
    }

    /// <summary>How many pictures are best explained at a time.</summary>
    public int BatchSize => _gradients is null ? 1 : _network.Network.BatchSize;

    /// <summary>The explanations of some pictures, in order.</summary>
    public IEnumerable<ImageExplanation> Explain(IReadOnlyList<ExplainedPicture> pictures)
    {
        ShownClass[] shown = [.. pictures
            .Select(p => new ShownClass(_wanted >= 0 ? _wanted : p.Prediction.LabelIndex, _against))];
        var prepared = pictures.Select(p => new ScoredPicture(_network, _head, p.Picture)).ToArray();
        var maps = Maps(pictures.Select(p => p.FeatureMap), prepared, shown);
        if (_views.Length > 0)
            maps = Smoothed(maps, prepared, shown);

        for (var i = 0; i < pictures.Count; i++)
        {
            var (picture, prediction) = (pictures[i].Picture, pictures[i].Prediction);
            yield return new ImageExplanation(picture, prediction, new Heatmap(maps[i], Width, Height,
                _head.ClassNames[shown[i].Index], picture.GeometryFor(_network.Backbone.Preprocessing))
            {
                Against = _request.Against,
            });
        }
    }

    private int Width => _shapes.Max(s => s.Width);

    private int Height => _shapes.Max(s => s.Height);

    /// <summary>The maps of some pictures, of which the feature map is given or still to be computed.</summary>
    private float[][] Maps(IEnumerable<float[]?> featureMaps, ScoredPicture[] pictures, ShownClass[] shown)
    {
        LinearHeadWeights[] heads = [.. pictures.Select(p => _head.At(p.Features))];
        if (_gradients is { NeedsMapOnly: false })
            return OfLayers([.. pictures.Select(p => p.Pixels)], heads, shown);
        float[][] last = [.. featureMaps.Select((map, i) => map ?? FeatureMapOf(pictures[i]))];
        return _gradients is not null
            ? OfLayers(last, heads, shown)
            : [.. last.Select((map, i) => ComputerFor(heads[i]).Compute(map.AsSpan(0, _shapes[0].Length), [], shown[i],
                _method.RunsNetwork ? pictures[i] : null))];
    }

    /// <summary>The computer of maps under a head; a head that is the same for all pictures has one.</summary>
    private HeatmapComputer ComputerFor(LinearHeadWeights head)
    {
        if (_computer?.Of != head)
            _computer = (head, new HeatmapComputer(_network.Backbone, head, _method));
        return _computer.Value.Computer;
    }

    private float[][] OfLayers(float[][] values, LinearHeadWeights[] heads, ShownClass[] shown)
    {
        if (_network.Network.TakesOne && shown.Length > 1)
            return [.. values.SelectMany((v, i) => OfLayers([v], [heads[i]], [shown[i]]))];

        var layers = _gradients!.Run(values, heads, shown);
        return [.. shown.Select((s, i) => Joined([.. layers.Select((layer, l) =>
        {
            var length = _shapes[l].Length;
            return new HeatmapComputer(_shapes[l], heads[i], _method, MapPooling.None).Compute(
                layer.Maps.Floats.Slice(i * length, length), layer.Gradients.Floats.Slice(i * length, length), s, null);
        })]))];
    }

    private float[] Joined(float[][] maps)
    {
        if (maps is [var only])
            return only;
        var joined = new float[Width * Height];
        foreach (var (l, map) in maps.Index())
        {
            var shape = _shapes[l];
            var large = Resampler.Resize(map, shape.Width, shape.Height, Width, Height, ResampleFilter.Bilinear);
            var size = large.Max(Math.Abs);
            for (var p = 0; p < joined.Length && size > 0; p++)
                joined[p] += large[p] / (size * maps.Length);
        }

        return joined;
    }

    private float[] FeatureMapOf(ScoredPicture picture)
    {
        VBuffer<float> row = default;
        var values = _network.Network.Run(BackboneOutput.FeatureMap | BackboneOutput.Products, picture.Pixels, 1);
        _network.Network.CopyMap(values, 0, withProducts: true, ref row);
        return row.GetValues().ToArray();
    }

    private float[][] Smoothed(float[][] plain, ScoredPicture[] pictures, ShownClass[] shown)
    {
        float[][] sums = [.. plain.Select(map => (float[])map.Clone())];
        int[][] counts = [.. plain.Select(map => Enumerable.Repeat(1, map.Length).ToArray())];
        foreach (var view in _views)
        {
            var maps = Maps(pictures.Select(_ => (float[]?)null), [.. pictures.Select(p => p.Seen(view))], shown);
            for (var i = 0; i < maps.Length; i++)
                view.AddTo(maps[i], Width, Height, sums[i], counts[i]);
        }

        return [.. sums.Select((sum, i) => sum.Select((value, place) => value / counts[i][place]).ToArray())];
    }
}
