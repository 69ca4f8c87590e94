using MlPipeline.Data;

namespace MlPipeline.Pipeline;

/// <summary>
/// Runs a pretrained network over a column of images (or of extracted pixels). Over a data view it works in whole batches: rows
/// are pulled ahead, decoded and prepared on other threads, and handed out in order with all their columns; memory stays bounded
/// however many rows there are, and the numbers do not depend on batches or threads. One row at a time through a prediction
/// engine.
/// </summary>
public sealed class BackboneTransformer : RowTransformer, IDisposable
{
    internal const string ArchiveKind = "backbone";

    private readonly SkippedImages _skipped = new();

    internal BackboneTransformer(Backbone backbone, BackboneColumns columns, BackboneRunOptions options)
    {
        Backbone = backbone;
        Columns = columns;
        Options = options;
        Network = new BackboneNetwork(backbone, options);
        Views = PictureView.Of(backbone.Preprocessing.Views);
    }

    /// <summary>Gives the features of some views of each picture, one view's after the other's, instead of their mean.</summary>
    internal BackboneTransformer(Backbone backbone, BackboneColumns columns, BackboneRunOptions options, IReadOnlyList<PictureView> views)
        : this(backbone, columns, options)
    {
        (Views, SeparateViews) = (views, true);
    }

    /// <inheritdoc/>
    public override string Kind => ArchiveKind;

    /// <summary>The network.</summary>
    public Backbone Backbone { get; }

    /// <summary>How it is run.</summary>
    public BackboneRunOptions Options { get; }

    /// <summary>The image column that is read.</summary>
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

    internal BackboneNetwork Network { get; }

    internal IReadOnlyList<PictureView> Views { get; }

    internal bool SeparateViews { get; }

    internal SkippedImages Skipped => _skipped;

    /// <summary>The same network and columns, run in another way, and with more or fewer output columns.</summary>
    /// <param name="options">How it is run.</param>
    /// <param name="featureMapColumnName">A column for the feature map; as it is when null.</param>
    public BackboneTransformer With(BackboneRunOptions options, string? featureMapColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var columns = Columns with { FeatureMap = featureMapColumnName ?? Columns.FeatureMap };
        BackboneEstimator.Check(Backbone, columns);
        return new BackboneTransformer(Backbone, columns, options);
    }

    /// <inheritdoc/>
    public override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new BackboneView(input, (BackboneMapping)Bind(input.Schema));
    }

    /// <inheritdoc/>
    public override void Write(ArchiveWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteJson("state", new State(Columns, writer.WriteBackbone(Backbone)));
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose() => Network.Dispose();

    internal static BackboneTransformer Read(ArchiveReader reader)
    {
        var state = reader.ReadJson<State>("state");
        return new BackboneTransformer(reader.ReadBackbone(state.Backbone), state.Columns, new BackboneRunOptions());
    }

    internal IReadOnlyList<DataViewSchema.DetachedColumn> AddedColumns() =>
        [.. Columns.Outputs().Select(o => new DataViewSchema.DetachedColumn(o.Column, TypeOf(o.Output), OutputShape.SlotNameAnnotations(SlotNamesOf(o.Output))))];

    internal VectorDataViewType TypeOf(BackboneOutput output) => output switch
    {
        BackboneOutput.Features => new VectorDataViewType(NumberDataViewType.Single, Backbone.FeatureCount * (SeparateViews ? Views.Count : 1)),
        BackboneOutput.Logits => new VectorDataViewType(NumberDataViewType.Single, Backbone.ClassCount),
        _ when Backbone.FeatureMapShape is { } map => new VectorDataViewType(NumberDataViewType.Single, map.Channels, map.Height, map.Width),
        _ => throw new InvalidOperationException("The network has no feature map."),
    };

    internal IReadOnlyList<string>? SlotNamesOf(BackboneOutput output) => output == BackboneOutput.Logits ? Backbone.ClassNames : null;

    /// <inheritdoc/>
    protected internal override RowMapping Bind(DataViewSchema inputSchema)
    {
        var column = ColumnCheck.Require(
            inputSchema,
            Columns.Input,
            t => t is ImageDataViewType || (ColumnCheck.IsFloatVector(t) && ((VectorDataViewType)t).Size == Backbone.Preprocessing.Length),
            $"image, or a vector of {Backbone.Preprocessing.Length} floats (pixels)");
        if (Views.Count > 1 && column.Type is not ImageDataViewType)
            throw new BackboneException($"Views of pictures need a column of images, and '{Columns.Input}' holds pixels that are prepared already.");

        return new BackboneMapping(inputSchema, this, column.Index);
    }

    internal sealed record State(BackboneColumns Columns, string Backbone);
}
