using System.Globalization;
using System.Net;
using System.Text;

namespace MlPipeline.Cli.Reports;

/// <summary>Pieces of HTML. What comes from outside (names of files and classes) passes <see cref="Text"/>.</summary>
internal static class Markup
{
    /// <summary>Text as HTML, safe in elements and in quoted attributes. Marks that turn the direction of writing, by which a
    /// name could pose as another, show as what they are.</summary>
    public static string Text(string value) => WebUtility.HtmlEncode(string.Concat(value.Select(c =>
        char.IsControl(c) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069')
            ? $"\\u{(int)c:x4}" : $"{c}")));

    public static string Number(double value, string format = "0.000") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A table that scrolls where there is little room.</summary>
    /// <param name="label">What it shows, for those who do not see it.</param>
    /// <param name="headings">The columns; those that begin with a blank hold text, the others numbers.</param>
    /// <param name="rows">Cells as HTML.</param>
    public static string Table(string label, IReadOnlyList<string> headings, IEnumerable<IEnumerable<string>> rows)
    {
        StringBuilder html = new();
        html.Append("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"").Append(Text(label))
            .Append("\"><table><thead><tr>");
        foreach (var heading in headings)
        {
            html.Append("<th scope=\"col\"").Append(heading.StartsWith(' ') ? " class=\"text\">" : ">")
                .Append(Text(heading.Trim())).Append("</th>");
        }

        html.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            foreach (var (cell, heading) in row.Zip(headings))
                html.Append(heading.StartsWith(' ') ? "<td class=\"text\">" : "<td>").Append(cell).Append("</td>");
            html.Append("</tr>\n");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>Names and what belongs to them.</summary>
    public static string Facts(IEnumerable<(string Name, string Value)> facts)
    {
        StringBuilder html = new("<dl class=\"card-facts\">");
        foreach (var (name, value) in facts)
            html.Append("<div><dt>").Append(Text(name)).Append("</dt><dd>").Append(Text(value)).Append("</dd></div>\n");
        return html.Append("</dl>\n").ToString();
    }

    /// <summary>A bar for a share, to stand in a table's cell.</summary>
    public static string Bar(double share) =>
        $"<span class=\"share\" aria-hidden=\"true\"><i "
        + $"style=\"width:{Number(Math.Clamp(share, 0, 1) * 100, "0.#")}%\"></i></span>";

    public static string Image(byte[] jpeg, string description, string kind = "") =>
        $"<img{(kind.Length > 0 ? $" class=\"{kind}\"" : "")} alt=\"{Text(description)}\" "
        + $"src=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\">";
}
