using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Search;

/// <summary>Features of pictures that were chosen.</summary>
/// <param name="Bank">The network, its input size, and the features.</param>
/// <param name="Features">The set of features.</param>
/// <param name="TrainingViews">The views that are rows to train on; with none, that is the mean over the test views, as in
/// use.</param>
/// <param name="TestViews">The views whose scores are averaged.</param>
public sealed record PictureSelection(FeatureBank Bank, string Features, Augmentations TrainingViews, Augmentations TestViews)
{
    /// <summary>The network that gives these features: what a model is made with.</summary>
    public Backbone Backbone => Bank.Backbone.WithFeatures(Features).WithViews(TestViews);

    /// <summary>The rows of a picture that are trained on.</summary>
    /// <param name="picture">Its place in the bank.</param>
    public IReadOnlyList<float[]> TrainingRowsOf(int picture) => TrainingViews == Augmentations.None
        ? [TestRowOf(picture)]
        : [.. Bank.IndexesOf(TrainingViews).Select(view =>
        {
            var row = new float[Bank.CountOf(Features)];
            Bank.Read(picture, view, Features, row);
            return row;
        })];

    /// <summary>The row of a picture that is scored: the mean over the test views, so that a linear head gives the mean of its
    /// scores.</summary>
    /// <param name="picture">Its place in the bank.</param>
    public float[] TestRowOf(int picture)
    {
        var row = new float[Bank.CountOf(Features)];
        Bank.ReadMean(picture, TestViews, Features, row);
        return row;
    }
}
