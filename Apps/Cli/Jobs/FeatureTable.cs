using MlPipeline.Cli.Commands;
using MlPipeline.Data;
using MlPipeline.Pipeline;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Jobs;

/// <summary>The features of a data set's pictures, from all depths and views that are needed, computed once for every fold and
/// trainer.</summary>
/// <param name="Data">The pictures, also those that could not be read.</param>
/// <param name="Bank">The features of those that could, in the data set's order.</param>
/// <param name="Skipped">Those that could not, with the reason.</param>
/// <param name="Cached">How many pictures came from the feature cache.</param>
internal sealed record FeatureTable(ImageDataSet Data, FeatureBank Bank, IReadOnlyList<SkippedImage> Skipped, int Cached)
{
    /// <summary>A weight for each picture that could be read; null when all count alike.</summary>
    public IReadOnlyList<float>? Weights { get; init; }

    /// <summary>The pictures that could be read.</summary>
    public IReadOnlyList<Pipeline.FeatureRow> Rows => Bank.Rows;

    /// <summary>
    /// Takes features from the cache and runs the backbone over the other pictures; over all, keeping nothing, without
    /// <paramref name="useCache"/>. The hashes are what <see cref="DuplicateFinder.HashContents"/> gave; they are computed when
    /// null.
    /// </summary>
    /// <param name="data">The pictures.</param>
    /// <param name="backbone">The network.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="context">Progress and cancellation.</param>
    /// <param name="contentHashes">The hashes.</param>
    /// <param name="useCache">Whether the cache is used.</param>
    /// <param name="sets">The sets of features that are wanted; null for the backbone's own.</param>
    /// <param name="views">The views that are wanted.</param>
    /// <exception cref="WorkFailedException">No picture could be read.</exception>
    public static FeatureTable Compute(ImageDataSet data, Backbone backbone, BackboneRunOptions options, CommandContext context,
        IReadOnlyList<string?>? contentHashes = null, bool useCache = true, IReadOnlyList<string>? sets = null, PictureViews views = PictureViews.None)
    {
        using var source = new FeatureSource(backbone, options, useCache, sets, views);
        return source.Compute(data, context, contentHashes);
    }

    /// <summary>For each picture that could be read a number, equal for equal contents.</summary>
    public IReadOnlyList<int> Groups(IReadOnlyList<string?> contentHashes) => DuplicateFinder.Groups(HashesOf(contentHashes));

    /// <summary>The hashes of the pictures that could be read.</summary>
    public string?[] HashesOf(IReadOnlyList<string?> contentHashes) => [.. Rows.Select(r => contentHashes[r.Index])];

    /// <summary>The fitted chain that computes features from paths: load, then backbone.</summary>
    public TransformerChain<BackboneTransformer> Featurizer(MLContext ml, Backbone backbone, BackboneRunOptions options) =>
        new(ml.Transforms.ApplyBackbone(backbone, options: options).Fit(Data.ToDataView(ml)));

    /// <summary>A data view of some pictures to be tested, in the order given: <c>ImagePath</c>, <c>Label</c> (text),
    /// <c>Features</c>.</summary>
    public IDataView TestView(MLContext ml, PictureSelection selection, IEnumerable<int> pictures) =>
        View(ml, selection, pictures.Select(picture => Row(picture, selection.TestRowOf(picture), 1)));

    /// <summary>A data view of the rows to train on (<see cref="PictureSelection.TrainingRowsOf"/>), a picture's weight in equal
    /// parts (<c>Weight</c>), with its number (<c>Picture</c>).</summary>
    public IDataView TrainingView(MLContext ml, PictureSelection selection, IEnumerable<int> pictures) => View(ml, selection, pictures.SelectMany(picture =>
    {
        var rows = selection.TrainingRowsOf(picture);
        return rows.Select(features => Row(picture, features, (Weights?[picture] ?? 1f) / rows.Count));
    }));

    private FeatureRow Row(int picture, float[] features, float weight) => new()
    {
        ImagePath = Rows[picture].Path,
        Label = Rows[picture].Label,
        Features = features,
        Weight = weight,
        Picture = picture,
    };

    private IDataView View(MLContext ml, PictureSelection selection, IEnumerable<FeatureRow> rows)
    {
        SchemaDefinition definition = SchemaDefinition.Create(typeof(FeatureRow));
        definition[nameof(FeatureRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Bank.CountOf(selection.Features));
        return ml.Data.LoadFromEnumerable(rows.ToArray(), definition);
    }
}
