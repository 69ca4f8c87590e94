using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Cli.Commands;

/// <summary>Heatmap methods as options name them: apart or joined by commas.</summary>
internal static class MethodNames
{
    /// <summary>The methods, each once.</summary>
    /// <exception cref="UsageException">There is none of a name; the nearest is named.</exception>
    public static IReadOnlyList<IHeatmapMethod> Of(string option, IEnumerable<string> given)
    {
        string[] names = [.. given.SelectMany(g => g.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Distinct(StringComparer.OrdinalIgnoreCase)];
        var unknown = names.FirstOrDefault(n => !HeatmapMethods.Names.Contains(n, StringComparer.OrdinalIgnoreCase));
        if (unknown is null && names.Length > 0)
            return [.. names.Select(HeatmapMethods.ByName)];
        var meant = Misuse.Nearest(unknown?.ToLowerInvariant() ?? "", HeatmapMethods.Names) is { } best ? $"; did you mean '{best}'?" : ".";
        throw new UsageException($"{option}: there is no heatmap method '{unknown}'{meant} There are "
            + $"{string.Join(", ", HeatmapMethods.Names)}.");
    }
}
