using MlPipeline.Data.Sources;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Heatmaps;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Models;
using MlPipeline.Pipeline.Transformers;

[assembly: SavedTransformer<BackboneTransformer>(BackboneTransformer.SavedKind)]

namespace MlPipeline.Pipeline.Transformers;

/// <summary>
/// Runs a pretrained network over a column of pictures (paths, encoded bytes or images) or of extracted pixels. Over a data view
/// it works in whole batches: rows
/// are pulled ahead, decoded and prepared on other threads, and handed out in order with all their columns; memory stays bounded
/// however many rows there are, and the numbers do not depend on batches or threads. One row at a time through a prediction
/// engine.
/// </summary>
public sealed class BackboneTransformer : RowTransformer, ISavedTransformer<BackboneTransformer>, IDisposable
{
    internal const string SavedKind = "backbone";

    private readonly SkippedImages _skipped = new();
    private readonly bool _ownsNetwork;

    internal BackboneTransformer(Backbone backbone, BackboneColumns columns, BackboneRunOptions options,
        BackboneNetwork? network = null)
    {
        _ownsNetwork = network is null;
        Backbone = backbone;
        Columns = columns;
        Options = options;
        Network = network ?? new BackboneNetwork(backbone, options);
        Views = Augmentation.Of(backbone.Preprocessing.Views);
        Decode = options.Decode with { AtLeast = backbone.Preprocessing.EnoughSource };
    }

    /// <summary>Gives the features of some views of each picture, one view's after the other's, instead of their mean.</summary>
    internal BackboneTransformer(Backbone backbone, BackboneColumns columns, BackboneRunOptions options,
        IReadOnlyList<Augmentation> views)
        : this(backbone, columns, options)
    {
        (Views, SeparateViews) = (views, true);
    }

    /// <inheritdoc/>
    public override string Kind => SavedKind;

    /// <summary>The network.</summary>
    public Backbone Backbone { get; }

    /// <summary>How it is run.</summary>
    public BackboneRunOptions Options { get; }

    /// <summary>The column of pictures that is read.</summary>
    public string InputColumnName => Columns.Input;

    /// <summary>The column of pooled features; null when it is not made.</summary>
    public string? FeaturesColumnName => Columns.Features;

    /// <summary>The column of feature maps; null when it is not made.</summary>
    public string? FeatureMapColumnName => Columns.FeatureMap;

    /// <summary>The column of logits; null when it is not made.</summary>
    public string? LogitsColumnName => Columns.Logits;

    /// <summary>The pictures that were skipped so far by all passes over views of this transformer, each once, with the
    /// reason.</summary>
    public IReadOnlyList<SkippedImage> SkippedImages => _skipped.List;

    internal BackboneColumns Columns { get; }

    internal BackboneStorage Storage { get; private init; }

    /// <summary>Whether whoever saves the chain adds the network's file itself.</summary>
    internal bool IsStoredApart { get; private init; }

    internal BackboneNetwork Network { get; }

    internal IReadOnlyList<Augmentation> Views { get; }

    internal bool SeparateViews { get; }

    /// <summary>The column of <see cref="WithExplainedMap"/>; null when it is not made.</summary>
    internal string? ExplainedMapColumnName { get; private init; }

    /// <summary>The outputs that are made, in the order of the added columns.</summary>
    internal IReadOnlyList<(string Column, BackboneOutput Output)> Outputs => ExplainedMapColumnName is { } map
        ? [.. Columns.Outputs(), (map, BackboneOutput.FeatureMap | BackboneOutput.Products)] : Columns.Outputs();

    internal SkippedImages Skipped => _skipped;

    /// <summary>Limits for decoding, and the size that is enough.</summary>
    internal DecodeOptions Decode { get; }

    /// <summary>How many numbers the network takes for one picture, all its views together.</summary>
    internal int InputLength => Backbone.Preprocessing.Length * Views.Count;

    /// <summary>Decodes a picture and writes the <see cref="InputLength"/> numbers that the network takes, view after view. For
    /// any number of threads at once.</summary>
    internal void Prepare(Picture picture, Span<float> values)
    {
        var recipe = Backbone.Preprocessing;
        using var raster = picture.Decode(Decode);
        for (var v = 0; v < Views.Count; v++)
        {
            using var prepared = recipe.Prepare(raster, Views[v]);
            recipe.Write(prepared, values.Slice(v * recipe.Length, recipe.Length));
        }
    }

    /// <summary>The same network and columns, run in another way.</summary>
    /// <param name="options">How it is run.</param>
    public BackboneTransformer With(BackboneRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new BackboneTransformer(Backbone, Columns, options) { Storage = Storage };
    }

    /// <summary>The same with one more column: the feature map, and behind each map what gradients by it need of the network
    /// (<see cref="BackboneOutput.Products"/>). On the same network: this one must be disposed last.</summary>
    internal BackboneTransformer WithExplainedMap(string columnName)
    {
        BackboneEstimator.Check(Backbone, Columns with { FeatureMap = columnName });
        return new BackboneTransformer(Backbone, Columns, Options, Network) { ExplainedMapColumnName = columnName };
    }

    /// <summary>The same on the same network, which knows of no skipped pictures yet.</summary>
    internal BackboneTransformer ForOnePass() => new(Backbone, Columns, Options, Network)
    {
        ExplainedMapColumnName = ExplainedMapColumnName,
    };

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BackboneView(input, MappingOf(input.Schema));
    }

    /// <inheritdoc/>
    public override void Write(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("columns", Columns);
        writer.WriteBackbone(Backbone, Storage, IsStoredApart);
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose()
    {
        if (_ownsNetwork)
            Network.Dispose();
    }

    static BackboneTransformer ISavedTransformer<BackboneTransformer>.Read(ModelReader reader)
    {
        var (columns, backbone) = (reader.ReadJson<BackboneColumns>("columns"), reader.ReadBackbone());
        try
        {
            BackboneEstimator.Check(backbone, columns);
            return new BackboneTransformer(backbone, columns, new BackboneRunOptions());
        }
        catch (BackboneException e)
        {
            throw reader.Error(e.Message);
        }
    }

    /// <summary>The same transformer, saved by one who adds the network's file itself where it is to be inside.</summary>
    internal BackboneTransformer StoredAs(BackboneStorage storage) =>
        new(Backbone, Columns, Options) { Storage = storage, IsStoredApart = true };

    internal IReadOnlyList<DataViewSchema.DetachedColumn> AddedColumns() =>
        [.. Outputs
            .Select(o => new DataViewSchema.DetachedColumn(o.Column, TypeOf(o.Output),
                OutputShape.Annotations(SlotNamesOf(o.Output), OriginOf(o.Output))))];

    internal VectorDataViewType TypeOf(BackboneOutput output) => output switch
    {
        BackboneOutput.Features =>
            new VectorDataViewType(NumberDataViewType.Single, Backbone.FeatureCount * (SeparateViews ? Views.Count : 1)),
        BackboneOutput.Logits => new VectorDataViewType(NumberDataViewType.Single, Backbone.ClassCount),
        BackboneOutput.FeatureMap | BackboneOutput.Products => new VectorDataViewType(NumberDataViewType.Single),
        _ when Backbone.FeatureMapShape is { } map =>
            new VectorDataViewType(NumberDataViewType.Single, map.Channels, map.Height, map.Width),
        _ => throw new InvalidOperationException("The network has no feature map."),
    };

    internal IReadOnlyList<string>? SlotNamesOf(BackboneOutput output) =>
        output == BackboneOutput.Logits && Backbone.ClassNames.Count == Backbone.ClassCount ? Backbone.ClassNames : null;

    /// <summary>What a heatmap must know of the feature map.</summary>
    internal FeatureMapOrigin? OriginOf(BackboneOutput output) =>
        output == BackboneOutput.FeatureMap ? FeatureMapOrigin.Of(Backbone) with { PictureColumn = Columns.Input } : null;

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema) => MappingOf(inputSchema);

    internal BackboneMapping MappingOf(DataViewSchema inputSchema)
    {
        var column = ColumnCheck.Require(
            inputSchema,
            Columns.Input,
            t => PictureReader.IsPicture(t)
                || (ColumnCheck.IsFloatVector(t) && ((VectorDataViewType)t).Size == Backbone.Preprocessing.Length),
            $"{PictureReader.Expected}, or a vector of {Backbone.Preprocessing.Length} floats (pixels)");
        if (Views.Count > 1 && !PictureReader.IsPicture(column.Type))
        {
            throw new BackboneException(
                $"Views of pictures need a column of pictures, and '{Columns.Input}' holds pixels that are prepared already.");
        }

        return new BackboneMapping(inputSchema, this, column.Index);
    }
}
