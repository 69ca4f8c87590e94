namespace MlPipeline.Cli;

/// <summary>The command line was understood but asks for something that cannot be; the process exits with 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
