using System.Globalization;
using System.Text;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Drawing;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports;

/// <summary>Pictures with the maps of several methods side by side, in one HTML file.</summary>
internal sealed class ExplanationSheet(DecodeOptions decode)
{
    public const string FileName = "sheet.html";

    /// <summary>The most pictures that are shown.</summary>
    public const int MostPictures = 200;

    private const int Side = 240;
    private const string Style = """
        .sheet{display:grid;grid-template-columns:repeat(auto-fill,minmax(150px,1fr));gap:.75rem;margin:.5rem 0 1.5rem}
        .sheet figure div{display:block}
        .heat{height:.8rem;border-radius:3px;max-width:24rem;background:linear-gradient(to right,STOPS)}
        .ends{display:flex;justify-content:space-between;max-width:24rem;font-size:.8rem;color:var(--soft)}
        @media print{.sheet{grid-template-columns:repeat(4,1fr)}}
        """;

    private readonly Dictionary<string, (string Said, List<string> Figures)> _rows = new(StringComparer.Ordinal);

    /// <summary>Adds the map of a method; those of one picture stand in one row, in the order in which they come.</summary>
    public void Add(ImageExplanation explanation, string method)
    {
        var path = explanation.Prediction.Path;
        if (!_rows.TryGetValue(path, out var row) && _rows.Count < MostPictures)
        {
            row = ($"{explanation.Prediction.Label} {Number(explanation.Prediction.Score)}", []);
            using var picture = explanation.Picture.Decode(decode);
            row.Figures.Add(Figure(PictureAlbum.Thumbnail(picture, Side), $"the picture {path}", "the picture"));
            _rows.Add(path, row);
        }

        if (row.Figures is null)
            return;
        using var overlay = explanation.Overlay(decode: decode);
        var map = explanation.Heatmap!;
        var shown = map.Against is { } against ? $"{map.ClassName} against {against}" : map.ClassName;
        row.Figures.Add(Figure(PictureAlbum.Thumbnail(overlay, Side), $"{method} over {path}",
            map.IsAnywherePositive ? $"{method}: {shown}" : $"{method}: nothing speaks for {shown}"));
    }

    /// <summary>Writes what was added.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="model">The model's file, as a fact.</param>
    /// <param name="pictures">How many pictures there are in all.</param>
    public void Write(string path, string model, int pictures)
    {
        StringBuilder html = new("<p>What glows speaks for the class most; a box is around the largest part.</p>");
        html.Append("<div class=\"heat\" role=\"img\" aria-label=\"colours of heat\"></div><div class=\"ends\">")
            .Append("<span>nothing, or against it</span><span>most</span></div>\n");
        if (_rows.Count < pictures)
            html.Append(CultureInfo.InvariantCulture, $"<p>The first {_rows.Count} of {pictures} pictures.</p>\n");
        foreach (var (picture, (said, figures)) in _rows)
        {
            html.Append("<h3>").Append(Text(Path.GetFileName(picture))).Append(": ").Append(Text(said))
                .Append("</h3>\n<div class=\"sheet\">").AppendJoin("", figures).Append("</div>\n");
        }

        var stops = string.Join(',', Enumerable.Range(0, 17).Select(i =>
            HeatColors.Of(i / 16f) is var (r, g, b) ? $"rgb({r} {g} {b})" : ""));
        HtmlReport.Write(path, "Heatmaps", [("model", model), ("pictures", $"{pictures}")],
            [new ReportSection("heatmaps", "Heatmaps", html.ToString())],
            Style.Replace("STOPS", stops, StringComparison.Ordinal));
    }

    private static string Figure(byte[] jpeg, string description, string caption) =>
        $"<figure><div>{Image(jpeg, description)}</div><figcaption>{Text(caption)}</figcaption></figure>";
}
