namespace MlPipeline.Cli.Results;

/// <summary>What recipe prints: what it saw, and the command to run next.</summary>
/// <param name="Result">What it saw.</param>
/// <param name="Command">The command to run next, quoted for the shell.</param>
/// <param name="Arguments">The same as this program's arguments, not quoted.</param>
internal sealed record RecipeOutput(RecipeJobResult Result, string Command, IReadOnlyList<string> Arguments);
