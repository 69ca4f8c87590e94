namespace MlPipeline;

/// <summary>What a model says of one picture, or why it says nothing.</summary>
public sealed record ImagePrediction
{
    /// <summary>The picture's file, or words for a picture without one.</summary>
    public required string Path { get; init; }

    /// <summary>The class names, in the order of <see cref="Scores"/>; empty when there is an error.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The scores of all classes; empty when there is an error.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];

    /// <summary>Why the picture could not be used; null when it could.</summary>
    public string? Error { get; init; }

    /// <summary>The least score at which the model answers; null when it always does.</summary>
    public double? AnswerThreshold { get; init; }

    /// <summary>Whether the model had better not answer: its highest score is below <see cref="AnswerThreshold"/>.</summary>
    public bool Abstained => Error is null && Score < AnswerThreshold;

    /// <summary>The index of the class with the highest score, the first of equals; -1 when there is an error.</summary>
    public int LabelIndex
    {
        get
        {
            var best = Scores.Count > 0 ? 0 : -1;
            for (var i = 1; i < Scores.Count; i++)
                best = Scores[i] > Scores[best] ? i : best;
            return best;
        }
    }

    /// <summary>The class with the highest score; null when there is an error.</summary>
    public string? Label => LabelIndex >= 0 ? ClassNames[LabelIndex] : null;

    /// <summary>The highest score; 0 when there is an error.</summary>
    public float Score => LabelIndex >= 0 ? Scores[LabelIndex] : 0;

    /// <summary>The classes with the highest scores, best first; of equal ones the earlier class first.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<ClassScore> Top(int count) =>
        [.. Enumerable.Range(0, Scores.Count).OrderByDescending(i => Scores[i]).ThenBy(i => i).Take(count)
            .Select(i => new ClassScore(ClassNames[i], Scores[i]))];
}
