using MlPipeline.Data.Sources;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Images;
using MlPipeline.Pipeline.Transformers;

namespace MlPipeline.Pipeline.Features;

/// <summary>Runs a backbone over a data set and streams the pooled features, in order, in bounded memory.</summary>
public sealed class FeatureExtractor : IDisposable
{
    private const string ImageColumn = "Image";
    private const string FeaturesColumn = "Features";

    internal static readonly BackboneColumns Columns = new(ImageColumn, FeaturesColumn, null, null);

    private static readonly DataViewSchema s_schema = PictureDataView.SchemaOf([new(ImageColumn, new PictureDataViewType())]);

    private readonly BackboneTransformer _transformer;

    /// <summary>Makes an extractor.</summary>
    /// <param name="backbone">The network.</param>
    /// <param name="options">Batch, threads, runtime, policy for bad images.</param>
    /// <exception cref="BackboneException">The network has no pooled features.</exception>
    public FeatureExtractor(Backbone backbone, BackboneRunOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(backbone);
        BackboneEstimator.Check(backbone, Columns);
        _transformer = new BackboneTransformer(backbone, Columns, options ?? new BackboneRunOptions());
    }

    /// <summary>An extractor of some views, whose features follow one another in each row.</summary>
    internal FeatureExtractor(Backbone backbone, BackboneRunOptions options, IReadOnlyList<Augmentation> views) =>
        _transformer = new BackboneTransformer(backbone, Columns, options, views);

    /// <summary>The pictures that were skipped so far, with the reason.</summary>
    public IReadOnlyList<SkippedImage> Skipped => _transformer.SkippedImages;

    /// <summary>Streams the features of a data set's pictures, lazily. Skipped pictures are missing.</summary>
    /// <param name="dataSet">The pictures.</param>
    public IEnumerable<FeatureRow> Extract(ImageDataSet dataSet)
    {
        ArgumentNullException.ThrowIfNull(dataSet);
        return Stream(dataSet.Records);
    }

    /// <summary>Frees the network's memory.</summary>
    public void Dispose() => _transformer.Dispose();

    private IEnumerable<FeatureRow> Stream(IReadOnlyList<ImageRecord> records)
    {
        var view =
            _transformer.Transform(new PictureDataView(s_schema, ImageColumn, records.Select(r => Picture.FromFile(r.Path))));
        var (indexColumn, featuresColumn) = (view.Schema[PictureDataView.IndexColumn], view.Schema[FeaturesColumn]);
        using var cursor = view.GetRowCursor([indexColumn, featuresColumn]);
        var indexGetter = cursor.GetGetter<long>(indexColumn);
        var featuresGetter = cursor.GetGetter<VBuffer<float>>(featuresColumn);
        var index = 0L;
        VBuffer<float> features = default;
        while (cursor.MoveNext())
        {
            indexGetter(ref index);
            featuresGetter(ref features);
            var record = records[(int)index];
            yield return new FeatureRow((int)index, record.Path, record.Label, features.DenseValues().ToArray());
        }
    }
}
