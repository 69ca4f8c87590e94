using System.Globalization;
using MlPipeline.Cli.Reports.Plots;
using MlPipeline.Trainers.Evaluation;
using static MlPipeline.Cli.Reports.Markup;

namespace MlPipeline.Cli.Reports.Sections;

/// <summary>Whether the confidence is what it says: accuracy over confidence, and how many pictures there are of each.</summary>
internal static class CalibrationSection
{
    public static ReportSection? Of(ReportContent content)
    {
        if (content.Metrics?.Confidence is not { Bins.Count: > 0 } confidence)
            return null;
        var said = $"<p>Of the pictures that the model is 80 % sure of, 80 % should be right: the discs should lie on the "
            + $"dashed line. A disc's size says how many pictures it stands for, its bar is the 95 % interval. The expected "
            + $"calibration error is {Number(confidence.CalibrationError)}"
            + $"{(confidence.UncalibratedError is { } before ? $"; {Number(before)} before calibration" : "")}.</p>\n";
        return new ReportSection("calibration", "Calibration",
            said + "<div class=\"two\"><div>" + Draw(confidence.Bins) + "</div>"
            + Table("Calibration", ["confidence", "pictures", "mean confidence", "accuracy"], confidence.Bins.Select(bin =>
                (string[])
                [
                    $"{Number(bin.Low, "0.00")} to {Number(bin.High, "0.00")}", $"{bin.Rows}", Number(bin.Confidence),
                    Number(bin.Accuracy),
                ])) + "</div>\n");
    }

    private static string Draw(IReadOnlyList<CalibrationBin> bins)
    {
        var scale = new LinearScale(0, 1);
        var svg = new Svg(460, 360, "Accuracy over confidence, " + string.Join("; ", bins.Select(bin => string.Create(
            CultureInfo.InvariantCulture, $"{bin.Rows} pictures of confidence {bin.Confidence:0.00}: {bin.Accuracy:0.00}"))),
            left: 48, top: 34, right: 16, bottom: 46);
        svg.ValueAxis(scale, "accuracy");
        svg.StepAxis(scale, "confidence");
        svg.Line("ideal", svg.X(0), svg.Y(0), svg.X(1), svg.Y(1));
        double most = bins.Max(bin => bin.Rows);
        (double X, double Y)[] points = [.. bins.Select(bin => (svg.X(bin.Confidence), svg.Y(bin.Accuracy)))];
        svg.Path("curve", points);
        foreach (var (bin, (x, y)) in bins.Zip(points))
        {
            var interval = AccuracyInterval.Of(Math.Clamp(bin.Accuracy, 0, 1), bin.Rows);
            svg.Line("range", x, svg.Y(interval.Low), x, svg.Y(interval.High));
            svg.Disc("point", x, y, 3 + 6 * Math.Sqrt(bin.Rows / most), string.Create(CultureInfo.InvariantCulture,
                $"{bin.Rows} pictures: confidence {bin.Confidence:0.000}, accuracy {bin.Accuracy:0.000}"));
        }

        return svg.ToString();
    }
}
