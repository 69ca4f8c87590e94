using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline;

/// <summary>How <see cref="ExplanationJob"/> judges heatmaps. Immutable; every value is checked when set.</summary>
public sealed record ExplanationOptions
{
    /// <summary>The methods, by name. Default: all that fit the model's network.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>The most pictures that are looked at, drawn by the seed; 0 for all. Default 100.</summary>
    public int MostPictures
    {
        get;
        init => field = value >= 0
            ? value : throw new ArgumentOutOfRangeException(nameof(MostPictures), value, "The limit must be at least 0.");
    } = 100;

    /// <summary>Seed of the drawing. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Steps in which pictures are emptied and filled. Default 10.</summary>
    public int Steps
    {
        get;
        init => field = value is >= 2 and <= 1000
            ? value : throw new ArgumentOutOfRangeException(nameof(Steps), value, "There must be 2 to 1000 steps.");
    } = 10;

    /// <summary>Whether the maps are compared with those of the model with random weights, from the head down, drawn by the seed
    /// (<see cref="RandomizedModel"/>). Default: no.</summary>
    public bool Sanity { get; init; }

    /// <summary>What happens with a picture that cannot be read: an error (default), or it is left out and listed.</summary>
    public BadImagePolicy BadImages { get; init; }
}
