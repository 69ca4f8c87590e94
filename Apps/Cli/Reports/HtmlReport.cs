using System.Security.Cryptography;
using System.Text;
using MlPipeline.Cli.Reports.Sections;
using MlPipeline.Data.Files;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports;

/// <summary>The page around the sections of a report: one HTML file that needs nothing beside it, may load nothing, and is whole
/// without its script.</summary>
internal static class HtmlReport
{
    /// <summary>The sections of a trained model's report in their order; one that has nothing to show is null.</summary>
    private static readonly Func<ReportContent, ReportSection?>[] s_sections =
    [
        OverviewSection.Of, ChainSection.Of, ConfusionSection.Of, PicturesSection.Of, SuspectsSection.Of, ClassesSection.Of,
        CalibrationSection.Of, EpochsSection.Of, DataSection.Of, TimingSection.Of, CardSection.Of,
    ];

    public static IEnumerable<ReportSection> SectionsOf(ReportContent content) =>
        s_sections.Select(section => section(content)).OfType<ReportSection>();

    /// <summary>The HTML file that is written for a folder; what ends in .html is the file itself.</summary>
    public static string PlaceIn(string folder, string name = "report.html") =>
        Path.GetExtension(folder).Equals(".html", StringComparison.OrdinalIgnoreCase) ? folder : Path.Combine(folder, name);

    /// <returns>The path of the HTML file.</returns>
    public static string Write(string path, string title, IEnumerable<(string Name, string Value)> facts,
        IEnumerable<ReportSection> sections, string style = "", string script = "")
    {
        ReplacedFile.Write(path, Encoding.UTF8.GetBytes(Render(title, facts, [.. sections], style, script)));
        return path;
    }

    public static string Resource(string name)
    {
        using var stream = typeof(HtmlReport).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Render(string title, IEnumerable<(string Name, string Value)> facts,
        IReadOnlyList<ReportSection> sections, string style, string script)
    {
        // Only this very script runs: whatever a name smuggled in would not.
        script = Resource("report.js") + script;
        var digest = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        var html = new StringBuilder(1 << 16);
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ")
            .Append("style-src 'unsafe-inline'; script-src 'sha256-").Append(digest)
            .Append("'; base-uri 'none'; form-action 'none'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n")
            .Append("<link rel=\"icon\" href=\"data:,\"><title>").Append(Text(title)).Append("</title>\n<style>\n")
            .Append(Resource("report.css")).Append(style).Append("</style></head>\n<body>\n<header><h1>").Append(Text(title))
            .Append("</h1>\n<p class=\"facts\">");
        foreach (var (name, value) in facts)
            html.Append("<span>").Append(Text(name)).Append(" <b>").Append(Text(value)).Append("</b></span> ");
        html.Append("</p>\n<nav aria-label=\"Sections\">");
        foreach (var section in sections)
            html.Append("<a href=\"#").Append(section.Id).Append("\">").Append(Text(section.Title)).Append("</a> ");
        html.Append("</nav></header>\n<main>\n");
        foreach (var section in sections)
        {
            html.Append("<section id=\"").Append(section.Id).Append("\"><h2>").Append(Text(section.Title)).Append("</h2>\n")
                .Append(section.Html).Append("</section>\n");
        }

        return html.Append("</main>\n<script>").Append(script)
            .Append("</script>\n</body></html>\n").ToString();
    }
}
