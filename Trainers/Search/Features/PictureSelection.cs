using MlPipeline.Pipeline;

namespace MlPipeline.Trainers.Search;

/// <summary>Features of pictures that were chosen.</summary>
/// <param name="Bank">The network, its input size, and the features.</param>
/// <param name="Features">The set of features.</param>
/// <param name="TrainingViews">The views that are rows to train on.</param>
/// <param name="TestViews">The views whose scores are averaged.</param>
public sealed record PictureSelection(FeatureBank Bank, string Features, PictureViews TrainingViews, PictureViews TestViews)
{
    /// <summary>The network that gives these features: what a model is made with.</summary>
    public Backbone Backbone => Bank.Backbone.WithFeatures(Features).WithViews(TestViews);
}
