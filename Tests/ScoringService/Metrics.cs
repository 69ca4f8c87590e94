using System.Globalization;

namespace MlPipeline.ScoringService.Tests;

/// <summary>Reads Prometheus's text: the sum of each name over its labels.</summary>
internal static class Metrics
{
    public static Dictionary<string, double> Of(string text)
    {
        Dictionary<string, double> sums = [];
        foreach (var line in text.Split('\n').Where(l => l.Length > 0 && l[0] != '#'))
        {
            var name = line[..line.AsSpan().IndexOfAny('{', ' ')];
            var value = line.AsSpan(line.LastIndexOf('}') + 1).Trim();
            var space = value.IndexOf(' ');
            if (line.IndexOf('{') < 0)
                value = line.AsSpan(name.Length).Trim();
            sums[name] = sums.GetValueOrDefault(name)
                + double.Parse(space > 0 ? value[..space] : value, CultureInfo.InvariantCulture);
        }

        return sums;
    }
}
