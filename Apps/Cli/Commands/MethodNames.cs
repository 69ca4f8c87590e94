using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Commands;

/// <summary>Heatmap methods as options name them: apart or joined by commas.</summary>
internal static class MethodNames
{
    /// <summary>The methods, each once.</summary>
    /// <exception cref="UsageException">There is none of a name; the nearest is named.</exception>
    public static IReadOnlyList<IHeatmapMethod> Of(string option, IEnumerable<string> given)
    {
        const StringSplitOptions clean = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        string[] names = [.. given.SelectMany(g => g.Split(',', clean)).Distinct(StringComparer.OrdinalIgnoreCase)];
        var unknown = names.FirstOrDefault(n => !HeatmapMethods.Names.Contains(n, StringComparer.OrdinalIgnoreCase));
        if (unknown is null && names.Length > 0)
            return [.. names.Select(HeatmapMethods.ByName)];
        var nearest = Misuse.Nearest(unknown?.ToLowerInvariant() ?? "", HeatmapMethods.Names);
        var meant = nearest is null ? "." : $"; did you mean '{nearest}'?";
        throw new UsageException($"{option}: there is no heatmap method '{unknown}'{meant} There are "
            + $"{string.Join(", ", HeatmapMethods.Names)}.");
    }
}
