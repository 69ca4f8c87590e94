namespace MlPipeline.Cli;

/// <summary>The work was tried and failed for a reason the user can mend; the process exits with 1 and one line.</summary>
internal sealed class WorkFailedException(string message) : Exception(message);
