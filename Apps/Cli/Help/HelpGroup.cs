using System.CommandLine;
using System.Runtime.CompilerServices;

namespace MlPipeline.Cli.Help;

/// <summary>The headings under which help pages list options; what is in no group stands first, what all commands take
/// last.</summary>
internal static class HelpGroup
{
    public const string Network = "Network and features";
    public const string Views = "Views of a picture";
    public const string Head = "Head";
    public const string Layers = "Training layers of the network";
    public const string Running = "Running the network";
    public const string Access = "Access";
    public const string Queue = "Batches and waiting";
    public const string Newer = "Newer models";
    public const string Limits = "Limits";
    public const string Common = "Common options";

    private static readonly ConditionalWeakTable<Option, string> s_groups = [];

    /// <summary>Adds options to a command, to be listed under a heading of their own.</summary>
    public static void AddGroup(this Command command, string group, IEnumerable<Option> options)
    {
        foreach (var option in options)
        {
            s_groups.AddOrUpdate(option, group);
            command.Options.Add(option);
        }
    }

    /// <summary>The heading of an option; null for a command's own.</summary>
    public static string? Of(Option option) => s_groups.TryGetValue(option, out var group) ? group : null;
}
