using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Data;
using MlPipeline.Pipeline;

namespace MlPipeline.Cli.Jobs;

/// <summary>The pooled features of a data set's pictures, computed once and used for every fold and trainer.</summary>
/// <param name="Rows">The pictures that could be read, in the data set's order.</param>
/// <param name="Skipped">Those that could not, with the reason.</param>
/// <param name="FeatureCount">K.</param>
/// <param name="Featurizer">The fitted chain that computed them: load, then backbone.</param>
internal sealed record FeatureTable(IReadOnlyList<FeatureRow> Rows, IReadOnlyList<SkippedImage> Skipped, int FeatureCount,
    TransformerChain<BackboneTransformer> Featurizer)
{
    /// <summary>Runs the backbone over a data set.</summary>
    /// <exception cref="WorkFailedException">No picture could be read.</exception>
    public static FeatureTable Compute(MLContext ml, ImageDataSet data, Backbone backbone, BackboneRunOptions options, CommandContext context)
    {
        IDataView images = data.ToDataView(ml);
        TransformerChain<BackboneTransformer> featurizer = ml.Transforms.LoadImages("Image", null, "ImagePath")
            .Append(ml.Transforms.ApplyBackbone(backbone, "Image", "Features", options: options))
            .Fit(images);

        List<FeatureRow> rows = new(data.Records.Count);
        using (IProgressStage stage = context.Progress.Begin("features", data.Records.Count))
        {
            foreach (FeatureRow row in ml.Data.CreateEnumerable<FeatureRow>(featurizer.Transform(images), reuseRowObject: false))
            {
                context.Cancellation.ThrowIfCancellationRequested();
                rows.Add(row);
                stage.Report(rows.Count);
            }
        }

        IReadOnlyList<SkippedImage> skipped = featurizer.LastTransformer.SkippedImages;
        foreach (SkippedImage image in skipped)
            context.Progress.Note($"skipped {image.Path}: {image.Reason}");
        if (rows.Count == 0)
            throw new WorkFailedException($"{data.Root}: none of the {data.Records.Count} pictures could be read.");
        return new FeatureTable(rows, skipped, backbone.FeatureCount, featurizer);
    }

    /// <summary>A data view of some of the rows, in the order given: <c>ImagePath</c>, <c>Label</c> (text), <c>Features</c> (K floats).</summary>
    public IDataView View(MLContext ml, IEnumerable<int> indexes)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(FeatureRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, FeatureCount);
        return ml.Data.LoadFromEnumerable(indexes.Select(i => Rows[i]).ToArray(), definition);
    }
}
