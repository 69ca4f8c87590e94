using MlPipeline.Data.Sources;

namespace MlPipeline.Cli.Reports;

/// <summary>What a report of a trained model shows, filled from the public results; what is missing has no section.</summary>
internal sealed record ReportContent
{
    public required string Title { get; init; }

    /// <summary>What the run was: data set, backbone, head, seed.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>Headline figures, ready to print.</summary>
    public IReadOnlyList<(string Name, string Value)> Figures { get; init; } = [];

    /// <summary>What must be known to read the figures; a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The metrics on pictures that were not trained on; null when nothing was tested.</summary>
    public EvaluationMetrics? Metrics { get; init; }

    /// <summary>What each epoch of the training of layers gave.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; init; } = [];

    /// <summary>The errors, surest first, then hits, least sure first.</summary>
    public IReadOnlyList<ReportPicture> Pictures { get; init; } = [];

    /// <summary>How many tested pictures are right; most of them are not shown.</summary>
    public int Hits { get; init; }

    /// <summary>Tested pictures whose label is likely wrong; null where the model may have been trained on some that were
    /// tested.</summary>
    public IReadOnlyList<SuspectLabel>? Suspects { get; init; }

    public DataFacts? Data { get; init; }

    /// <summary>The way of a picture to its label.</summary>
    public IReadOnlyList<ChainLink> Chain { get; init; } = [];

    /// <summary>Wall-clock seconds of the stages.</summary>
    public IReadOnlyList<(string Stage, double Seconds)> Timing { get; init; } = [];

    /// <summary>The model card, ready to print.</summary>
    public IReadOnlyList<(string Name, string Value)> Card { get; init; } = [];
}

/// <summary>A tested picture.</summary>
/// <param name="Name">Its path in the data set.</param>
/// <param name="Actual">Its class, by the place in the metrics' classes.</param>
/// <param name="Predicted">The class that the model gives it.</param>
/// <param name="Score">The probability of that class.</param>
internal sealed record ReportPicture(string Name, int Actual, int Predicted, double Score)
{
    /// <summary>The picture as JPEG; null beyond the report's budget.</summary>
    public byte[]? Picture { get; init; }

    /// <summary>The same with the heatmap of the predicted class; null beyond the budget and for models without
    /// heatmaps.</summary>
    public byte[]? Overlay { get; init; }

    public bool IsCorrect => Actual == Predicted;
}

/// <summary>A tested picture whose label is likely wrong.</summary>
internal sealed record SuspectLabel(string Name, string Label, string Suggested, double GivenProbability,
    double SuggestedProbability);

/// <summary>A step on the way from a picture to its label.</summary>
internal sealed record ChainLink(string Kind, string Name, string Size);

/// <summary>What a data set is made of.</summary>
internal sealed record DataFacts
{
    /// <summary>Each class with its pictures, those that were tested, and some to see.</summary>
    public required IReadOnlyList<(string Name, int Pictures, int Tested, IReadOnlyList<byte[]> Samples)> Classes { get; init; }

    /// <summary>How many pictures have which size, upright; the most frequent first.</summary>
    public required IReadOnlyList<(int Width, int Height, int Count)> Sizes { get; init; }

    /// <summary>Files that were left out, with the reason.</summary>
    public required IReadOnlyList<SkippedImage> Skipped { get; init; }

    /// <summary>Files, folders and links that are not used, with the reason.</summary>
    public required IReadOnlyList<SkippedImage> Ignored { get; init; }

    /// <summary>Sets of pictures with the same content.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Duplicates { get; init; } = [];

    /// <summary>Those with different labels.</summary>
    public IReadOnlyList<IReadOnlyList<LabelledPicture>> Conflicts { get; init; } = [];
}
