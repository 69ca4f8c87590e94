using System.Text;
using MlPipeline.Data.Sources;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>What the data set is made of, and what is wrong with it.</summary>
internal static class DataSection
{
    private const int MostSizes = 12;
    private const int MostRows = 100;

    public static ReportSection? Of(ReportContent content)
    {
        if (content.Data is not { } data)
            return null;
        double most = data.Classes.Max(c => c.Pictures);
        StringBuilder html = new();
        html.Append("<p>").Append(data.Classes.Sum(c => c.Pictures)).Append(" pictures of ").Append(data.Classes.Count)
            .Append(" classes; ").Append(data.Skipped.Count).Append(" left out, ").Append(data.Ignored.Count)
            .Append(" ignored; sets of pictures with the same content: ")
                .Append(Math.Max(data.Duplicates.Count, data.Conflicts.Count))
            .Append(", with different labels: ").Append(data.Conflicts.Count).Append(".</p>\n<ul class=\"samples\">");
        foreach (var (name, sample) in data.Classes.SelectMany(c => c.Samples.Select(s => (c.Name, s))))
        {
            html.Append("<li>").Append(Image(sample, "a picture of the class " + name)).Append("<span>").Append(Text(name))
                .Append("</span></li>\n");
        }

        html.Append("</ul>\n<h3>Classes</h3>\n").Append(Table("Pictures of each class", [" class", "pictures", "tested"],
            data.Classes.Select(c => (string[])[Text(c.Name), $"{Bar(c.Pictures / most)}{c.Pictures}", $"{c.Tested}"])));
        AppendSizes(html, data);
        AppendSets(html, "The same picture with different labels", " picture and label", data.Conflicts.Count,
            data.Conflicts.Select(set => string.Join(", ", set.Select(p => $"{p.Path} ({p.Label})"))));
        AppendSets(html, "Pictures with the same content", " pictures", data.Duplicates.Count,
            data.Duplicates.Select(set => string.Join(", ", set)));
        AppendFiles(html, "Left out", data.Skipped);
        AppendFiles(html, "Ignored", data.Ignored);
        return new ReportSection("data", "Data set", html.ToString());
    }

    private static void AppendSizes(StringBuilder html, DataFacts data)
    {
        if (data.Sizes.Count == 0)
            return;
        var all = data.Sizes.Sum(s => s.Count);
        html.Append("<h3>Sizes</h3>\n<p>Width ").Append(data.Sizes.Min(s => s.Width)).Append(" to ")
            .Append(data.Sizes.Max(s => s.Width)).Append(" pixels, height ").Append(data.Sizes.Min(s => s.Height)).Append(" to ")
            .Append(data.Sizes.Max(s => s.Height)).Append(", upright; ").Append(data.Sizes.Count).Append(" different sizes")
            .Append(data.Sizes.Count > MostSizes ? $", the {MostSizes} most frequent below" : "").Append(".</p>\n")
            .Append(Table("Picture sizes", ["width", "height", "pictures"], data.Sizes.Take(MostSizes).Select(s => (string[])
                [$"{s.Width}", $"{s.Height}", $"{Bar(s.Count / (double)all)}{s.Count}"])));
    }

    private static void AppendSets(StringBuilder html, string title, string heading, int count, IEnumerable<string> sets)
    {
        if (count > 0)
        {
            html.Append("<h3>").Append(Text(title)).Append("</h3>\n").Append(First(count))
                .Append(Table(title, [heading], sets.Take(MostRows).Select(set => (string[])[Text(set)])));
        }
    }

    private static void AppendFiles(StringBuilder html, string title, IReadOnlyList<SkippedImage> files)
    {
        if (files.Count > 0)
        {
            html.Append("<h3>").Append(Text(title)).Append("</h3>\n").Append(First(files.Count)).Append(Table(title,
                [" file", " reason"], files.Take(MostRows).Select(file => (string[])[Text(file.Path), Text(file.Reason)])));
        }
    }

    private static string First(int count) =>
        count > MostRows ? $"<p>The first {MostRows} of {count}; --json lists all.</p>\n" : "";
}
