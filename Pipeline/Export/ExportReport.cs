namespace MlPipeline;

/// <summary>What an export wrote, and how near its answers are to the model's.</summary>
/// <param name="File">The file.</param>
/// <param name="Inputs">Its inputs, as name, type and shape.</param>
/// <param name="Outputs">Its outputs, as name, type and shape.</param>
/// <param name="Checks">The runtimes that ran it.</param>
/// <param name="Notes">What a user should know.</param>
public sealed record ExportReport(string File, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs,
    IReadOnlyList<ExportCheckResult> Checks, IReadOnlyList<string> Notes);

/// <summary>How near the file's answers are to the model's, in one runtime.</summary>
/// <param name="Runtime">"managed", "onnxruntime", or "ML.NET" for a whole chain with its own way of reading pictures.</param>
/// <param name="Pictures">How many pictures were compared.</param>
/// <param name="DifferentLabels">Those with another label: two classes' scores are equal but for rounding, or, of a chain of
/// ML.NET's transforms, but for its pixels.</param>
/// <param name="LargestScoreDifference">On pictures that have the network's input size.</param>
/// <param name="LargestResizedDifference">On pictures that the file itself has resized; null where it resizes none.</param>
public sealed record ExportCheckResult(string Runtime, int Pictures, int DifferentLabels,
    double LargestScoreDifference, double? LargestResizedDifference);
