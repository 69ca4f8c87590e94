using System.CommandLine;

namespace MlPipeline.Cli.Commands;

/// <summary>The option of commands whose work can be parted among machines.</summary>
internal sealed class ShardArgument
{
    private readonly Option<string?> _shard = new("--shard")
    {
        Description = "Do one of several parts, into a file of its own that merge joins with the others: 2/4 for the second of "
            + "four; auto, or auto/4, as Kubernetes (indexed jobs) or Slurm (arrays) numbers the task.",
        HelpName = "i/n",
    };

    public ShardArgument(Command command) => command.Options.Add(_shard);

    /// <exception cref="UsageException">It is no shard.</exception>
    public Shard? Read(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_shard) is { } text ? Shard.Parse(text) : null;
        }
        catch (ArgumentException e)
        {
            throw new UsageException($"--shard: {e.Message}.");
        }
    }
}
