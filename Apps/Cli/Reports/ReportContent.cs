using MlPipeline.Trainers.Evaluation;

namespace MlPipeline.Cli.Reports;

/// <summary>Everything that a report of a trained model shows.</summary>
internal sealed record ReportContent
{
    public required string Title { get; init; }

    /// <summary>Lines of facts about the run: data set, backbone, trainer, seed.</summary>
    public required IReadOnlyList<(string Name, string Value)> Facts { get; init; }

    /// <summary>Headline figures, ready to print.</summary>
    public required IReadOnlyList<(string Name, string Value)> Figures { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>Confusion counts, [actual][predicted].</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Confusion { get; init; }

    public required IReadOnlyList<ClassMetrics> PerClass { get; init; }

    /// <summary>What must be known to read the figures; a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>How far the confidence can be trusted.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; init; } = [];

    /// <summary>What the pictures show.</summary>
    public string PicturesTitle { get; init; } = "What the model looks at";

    public required IReadOnlyList<ReportPicture> Pictures { get; init; }

    /// <summary>Pictures that are there with different labels.</summary>
    public IReadOnlyList<IReadOnlyList<LabelledPicture>> LabelConflicts { get; init; } = [];

    /// <summary>Files that were left out, with the reason.</summary>
    public required IReadOnlyList<(string Path, string Reason)> Skipped { get; init; }
}

/// <summary>One test picture, and where the model has heatmaps the same with its heatmap laid over it, as PNG bytes.</summary>
internal sealed record ReportPicture(string Name, string Actual, string Predicted, double Score, byte[] Picture,
    byte[]? Overlay)
{
    public bool IsCorrect => Actual == Predicted;
}
