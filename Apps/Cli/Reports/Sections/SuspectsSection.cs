using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>Pictures whose label is likely wrong.</summary>
internal static class SuspectsSection
{
    private const int Most = 200;

    public static ReportSection? Of(ReportContent content)
    {
        if (content.Suspects is not { } suspects)
            return null;
        var places = content.Pictures.Index().GroupBy(p => p.Item.Name, StringComparer.Ordinal)
            .ToDictionary(p => p.Key, p => p.First().Index, StringComparer.Ordinal);
        string Link(string name) => places.TryGetValue(name, out var place)
            ? $"<a href=\"#p{place}\">{Text(name)}</a>" : Text(name);
        var said = "<p>Found by confident learning (Northcutt, Jiang and Chuang, 2021) among the tested pictures, from the "
            + "probabilities of heads that were not trained on them: the model is as sure of another class as it usually is of "
            + "pictures that belong there. Look at them before you change a label: a hard picture looks the same to it. Only "
            + "tested pictures are examined: a cross-validation tests them all.</p>\n";
        var html = suspects.Count == 0 ? said + "<p><b>None was found.</b></p>\n"
            : said + (suspects.Count > Most ? $"<p>The {Most} likeliest of {suspects.Count}.</p>\n" : "")
                + Table("Likely mislabelled pictures",
                    [" picture", " label", " more likely", "probability of the label", "of the other"],
                    suspects.Take(Most).Select(s => (string[])
                    [
                        Link(s.Name), Text(s.Label), Text(s.Suggested), Number(s.GivenProbability),
                        Number(s.SuggestedProbability),
                    ]));
        return new ReportSection("labels", "Likely mislabelled", html);
    }
}
