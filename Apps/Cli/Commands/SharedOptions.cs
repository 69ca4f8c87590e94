using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>The options that every command takes.</summary>
internal static class SharedOptions
{
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print one JSON object on stdout; progress stays on stderr.",
        Recursive = true,
    };

    public static readonly Option<int> Seed = new("--seed")
    {
        Description = "Seed of every random choice; the same seed gives the same bits.",
        DefaultValueFactory = _ => 1,
        Recursive = true,
    };

    public static readonly Option<int> Threads = new("--threads")
    {
        Description = "Worker threads; 0 means one per core. Results do not depend on it.",
        DefaultValueFactory = _ => 0,
        Recursive = true,
    };

    public static readonly Option<bool> Quiet = new("--quiet")
    {
        Description = "No progress on stderr.",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show the full trace of an error.",
        Recursive = true,
    };

    static SharedOptions()
    {
        Threads.Validators.Add(result =>
        {
            // What is no number is told elsewhere.
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var threads) && threads is < 0 or > 1024)
                result.AddError("--threads must be between 0 (one per core) and 1024.");
        });
    }

    public static IReadOnlyList<Option> All { get; } = [Json, Seed, Threads, Quiet, Verbose];
}
