using System.Text;
using MlPipeline.Cli.Commands;
using MlPipeline.Cli.Output;
using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Cli.Results;
using MlPipeline.Trainers.Recipe;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports;

/// <summary>The report of a recipe: what each step saw, the learning curves, the ways to train that were measured, the command to
/// run next, and the data set.</summary>
internal static class RecipeReport
{
    public const string FileName = "recipe.html";

    /// <summary>Writes the report.</summary>
    /// <param name="place">The HTML file, or a folder for it.</param>
    /// <param name="title">The heading.</param>
    /// <param name="output">What is printed.</param>
    /// <param name="backbone">The network that the steps were followed on.</param>
    /// <param name="data">The pictures.</param>
    /// <param name="context">The run.</param>
    /// <returns>The path of the HTML file.</returns>
    public static string Write(string place, string title, RecipeOutput output, Backbone backbone, ImageDataSet data,
        CommandContext context)
    {
        var result = output.Result;
        var album = new PictureAlbum(null, data.Root, context);
        var content = new ReportContent
        {
            Title = title,
            Facts = [],
            Chain = ReportFacts.Chain(backbone, result.Classes, "linear"),
            Data = ReportFacts.Data(data, result, [], album),
            Timing = [("features", result.FeatureSeconds), ("recipe", result.Seconds - result.FeatureSeconds)],
        };
        return HtmlReport.Write(HtmlReport.PlaceIn(place, FileName), title,
            [("backbone", result.Backbone), ("pictures", $"{result.Images}"), ("classes", $"{result.Classes.Count}"),
                ("seed", $"{context.Seed}")],
            [Overview(output), Steps(result.Recipe), Curves(result.Recipe), Ways(result.Advice),
                .. HtmlReport.SectionsOf(content)]);
    }

    private static ReportSection Overview(RecipeOutput output)
    {
        var recipe = output.Result.Recipe;
        StringBuilder html = new("<div class=\"tiles\">");
        foreach (var (figure, meaning) in new[]
        {
            (PlotText.Words(recipe.Diagnosis), "diagnosis"),
            (Number(recipe.ValidationAccuracy),
                $"held-out accuracy of the steps' setting, {ResultText.Interval(recipe.ValidationInterval)}"),
            (PlotText.Words(recipe.Transfer.Way), "way to transfer"),
        })
        {
            html.Append("<div class=\"tile\"><b>").Append(Text(figure)).Append("</b><span>").Append(Text(meaning))
                .Append("</span></div>");
        }

        html.Append("</div>\n<p>").Append(Text(recipe.Transfer.Reason))
            .Append("</p>\n<p>Run next:</p>\n<pre tabindex=\"0\"><code>")
            .Append(Text(output.Command)).Append("</code></pre>\n");
        return new ReportSection("overview", "Overview", html.ToString());
    }

    private static ReportSection Steps(RecipeResult recipe)
    {
        StringBuilder html = new("<ol class=\"steps\">\n");
        foreach (var step in recipe.Steps)
        {
            html.Append("<li><b>").Append(step.Number).Append(". ").Append(Text(step.Name)).Append(": ")
                .Append(Text(PlotText.Words(step.Verdict))).Append("</b><p>").Append(Text(step.Advice)).Append("</p><small>")
                .Append(Text(string.Join(", ", step.Numbers.Select(n => $"{PlotText.Words(n.Key)} {PlotText.Of(n.Value)}"))))
                .Append("</small></li>\n");
        }

        return new ReportSection("steps", "Steps", html.Append("</ol>\n").ToString());
    }

    private static ReportSection Curves(RecipeResult recipe)
    {
        var (curves, setting) = (recipe.Curves, recipe.Setting);
        double[] epochs = [.. Enumerable.Range(0, curves.TrainLoss.Count).Select(e => (double)e)];
        static double?[] Line(IReadOnlyList<double> values) => [.. values.Select(value => (double?)value)];
        return new ReportSection("curves", "Learning curves",
            $"<p>{Text($"Rate {PlotText.Of(setting.LearningRate)}, weight decay {PlotText.Of(setting.WeightDecay)}, "
                + $"{setting.Epochs} epochs; {curves.TrainCount} pictures trained on, {curves.ValidationCount} held out.")}</p>\n"
            + LinePlot.Legend + "<div class=\"two even\"><div>"
            + LinePlot.Draw("loss", "epoch", epochs, Line(curves.TrainLoss), Line(curves.ValidationLoss), null) + "</div><div>"
            + LinePlot.Draw("accuracy", "epoch", epochs, Line(curves.TrainAccuracy), Line(curves.ValidationAccuracy), null)
            + "</div></div>\n");
    }

    private static ReportSection Ways(RecipeAdvice advice) => new("ways", "Ways to train",
        $"<p>{Text(advice.Reason)}</p>\n" + Table("Ways to train",
            [" way", "micro-accuracy", "95 % interval", "better than the default on", "worse on", "p"],
            advice.Measured.Select(way => (string[])
            [
                (way == advice.Advised ? "<b>→ " : "<b>") + Text(way.Name) + "</b>",
                Bar(way.MicroAccuracy) + Number(way.MicroAccuracy),
                $"{Number(way.MicroAccuracyInterval.Low)} to {Number(way.MicroAccuracyInterval.High)}", $"{way.Better}",
                $"{way.Worse}", way == advice.Measured[0] ? "" : Number(way.PValue),
            ])));
}
