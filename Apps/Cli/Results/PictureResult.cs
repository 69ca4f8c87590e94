namespace MlPipeline.Cli.Results;

/// <summary>What predict and classify print for one picture: the labels, or why there are none.</summary>
internal sealed record PictureResult
{
    public required string Path { get; init; }

    /// <summary>The most likely label; null where classes stand for themselves and none is likely.</summary>
    public string? Label { get; init; }

    /// <summary>Its probability.</summary>
    public double? Score { get; init; }

    /// <summary>Whether the model is not sure enough to answer; null for a model that always answers.</summary>
    public bool? Abstained { get; init; }

    public IReadOnlyList<LabelScore>? Top { get; init; }

    /// <summary>Why the picture could not be read.</summary>
    public string? Error { get; init; }

    /// <summary>The most likely labels of a vector of probabilities; equal ones rank by index.</summary>
    public static PictureResult Of(string path, ReadOnlySpan<float> probabilities, IReadOnlyList<string> labels, int top,
        IReadOnlyList<string?>? identifiers = null)
    {
        var scores = probabilities.ToArray();
        LabelScore[] best = [.. Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]).ThenBy(i => i).Take(top)
            .Select(i => new LabelScore(labels[i], scores[i], i, identifiers?[i]))];
        return new PictureResult { Path = path, Label = best[0].Label, Score = best[0].Score, Top = best };
    }
}

/// <summary>A label and its probability.</summary>
/// <param name="Label">The class name.</param>
/// <param name="Score">Its probability.</param>
/// <param name="Index">The class's index.</param>
/// <param name="Id">The identifier that a label file gives, such as a synset.</param>
internal sealed record LabelScore(string Label, double Score, int Index, string? Id);

/// <summary>What predict and classify print.</summary>
internal sealed record PicturesResult(IReadOnlyList<PictureResult> Images)
{
    /// <summary>The file that they were written to; null when there is none.</summary>
    public string? Out { get; init; }

    /// <summary>What the network's outputs mean; null for a trained model.</summary>
    public NetworkOutputs? Outputs { get; init; }

    /// <summary>How the preprocessing was chosen; null where it was known.</summary>
    public IReadOnlyList<string>? PreprocessingEvidence { get; init; }

    public int Failed => Images.Count(i => i.Error != null);

    /// <summary>What went wrong with some of them; null when nothing did.</summary>
    public CommandError? Error => CommandError.Of(Failed, Images.Count);
}
