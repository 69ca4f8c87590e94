using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Search;

/// <summary>What a search may choose of the features of pictures, beside the network and its input size.</summary>
public sealed record PictureChoices
{
    /// <summary>The most pictures for which features of many depths are tried by default: they take some 70 KB a picture, in
    /// memory and in the cache.</summary>
    public const int MostForAuto = 5000;

    /// <summary>The most pictures for which by default the whole picture is looked at too: four views at two sizes take eight
    /// times as much.</summary>
    public const int MostForWhole = 1000;

    /// <summary>As much choice as so many pictures bear.</summary>
    /// <param name="pictures">How many there are.</param>
    public static PictureChoices For(int pictures) => new()
    {
        Features = [pictures <= MostForAuto ? FeatureBank.Auto : "pooled"],
        TestViews = [pictures <= MostForWhole ? Augmentations.Whole : Augmentations.None],
    };

    /// <summary>Sets of features as <see cref="Backbone.WithFeatures"/> takes them; "auto" stands for the two best of
    /// <see cref="FeatureBank.Candidates"/>, which each search finds on its own examples before its trials
    /// (<see cref="FeatureProbe"/>). Default: the pooled features alone.</summary>
    public IReadOnlyList<string> Features { get; init => field = Some(value, nameof(Features)); } = ["pooled"];

    /// <summary>Views of each picture that are the rows to train on. Default: none, which is the mean over the test
    /// views.</summary>
    public IReadOnlyList<Augmentations> TrainingViews
    {
        get; init =>
        field = Some(value, nameof(TrainingViews));
    } = [Augmentations.None];

    /// <summary>Views of each picture whose scores are averaged. Default: none.</summary>
    public IReadOnlyList<Augmentations> TestViews { get; init => field = Some(value, nameof(TestViews)); } = [Augmentations.None];

    private static IReadOnlyList<T> Some<T>(IReadOnlyList<T> values, string name)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.Count > 0
            ? [.. values.Distinct()] : throw new ArgumentException($"{name} must have at least one choice.", name);
    }
}
