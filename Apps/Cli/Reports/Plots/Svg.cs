using System.Globalization;
using System.Net;
using System.Text;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>A drawing in the making: a frame with axes, and marks that belong to trials. Colours and widths are the
/// page's.</summary>
internal sealed class Svg
{
    private readonly StringBuilder _text = new(1 << 12);

    /// <param name="width">Width in pixels at full size.</param>
    /// <param name="height">Height in pixels at full size.</param>
    /// <param name="description">What it shows, for those who do not see it.</param>
    /// <param name="left">Space beside the frame.</param>
    /// <param name="top">Space above the frame.</param>
    /// <param name="right">Space beside the frame.</param>
    /// <param name="bottom">Space below the frame.</param>
    /// <param name="keepsSize">Whether it is scrolled, not shrunk, where there is little room.</param>
    public Svg(double width, double height, string description, double left, double top, double right, double bottom,
        bool keepsSize = false)
    {
        (Left, Top, Right, Bottom) = (left, top, width - right, height - bottom);
        _text.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"plot\" tabindex=\"0\" "
            + $"role=\"img\"{(keepsSize ? $" style=\"min-width:{width:0}px\"" : "")} viewBox=\"0 "
            + $"0 {width:0.#} {height:0.#}\" aria-label=\"{Escape(description)}\">");
    }

    public double Left { get; }

    public double Top { get; }

    public double Right { get; }

    public double Bottom { get; }

    /// <summary>The place of a share of the frame's width.</summary>
    public double X(double share) => Left + share * (Right - Left);

    /// <summary>The place of a share of the frame's height, from below.</summary>
    public double Y(double share) => Bottom - share * (Bottom - Top);

    /// <summary>A vertical axis with ticks and lines across, and its name above.</summary>
    public void ValueAxis(LinearScale scale, string name)
    {
        foreach (var tick in scale.Ticks)
        {
            var y = Y(scale.At(tick));
            Line("grid", Left, y, Right, y);
            Text(Left - 7, y + 4, scale.Text(tick), "end");
        }

        Line("axis", Left, Top, Left, Bottom);
        Text(Left, Top - 10, name, "start", "name");
    }

    /// <summary>A horizontal axis with ticks, and its name below.</summary>
    public void StepAxis(LinearScale scale, string name)
    {
        Line("axis", Left, Bottom, Right, Bottom);
        foreach (var tick in scale.Ticks)
            Text(X(scale.At(tick)), Bottom + 17, scale.Text(tick));
        Text((Left + Right) / 2, Bottom + 36, name, "middle", "name");
    }

    public void Line(string kind, double x1, double y1, double x2, double y2) =>
        _text.Append(CultureInfo.InvariantCulture,
            $"<line class=\"{kind}\" x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\"/>");

    public void Text(double x, double y, string text, string anchor = "middle", string? kind = null) =>
        _text.Append(CultureInfo.InvariantCulture,
            $"<text{(kind == null ? "" : $" class=\"{kind}\"")} x=\"{x:0.#}\" y=\"{y:0.#}\" "
            + $"text-anchor=\"{anchor}\">{Escape(text)}</text>");

    /// <summary>A line through points.</summary>
    /// <param name="kind">How it looks.</param>
    /// <param name="points">The points.</param>
    /// <param name="trial">The trial that it belongs to, if any.</param>
    public void Path(string kind, IEnumerable<(double X, double Y)> points, TrialRecord? trial = null)
    {
        _text.Append("<path class=\"").Append(kind).Append('"').Append(Mark(trial)).Append(" d=\"M")
            .AppendJoin('L', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.#} {p.Y:0.#}")))
            .Append(trial == null ? "\"/>" : $"\">{Title(trial)}</path>");
    }

    /// <summary>A trial's mark: a disc, a ring when it was pruned, a triangle when it lies off the axis, larger when it is the
    /// best.</summary>
    public void Dot(double x, double y, TrialRecord trial, string tone, bool isBest, bool isOff)
    {
        var kind = isBest ? "best" : trial.State == TrialState.Pruned ? "pruned" : tone;
        if (isOff)
        {
            _text.Append(CultureInfo.InvariantCulture,
                $"<path class=\"dot {kind}\"{Mark(trial)} d=\"M{x - 4:0.#} {y - 4:0.#}h8l-4 7z\">{Title(trial)}</path>");
            return;
        }

        _text.Append(CultureInfo.InvariantCulture,
            $"<circle class=\"dot {kind}\"{Mark(trial)} cx=\"{x:0.#}\" cy=\"{y:0.#}\" "
            + $"r=\"{(isBest ? 6 : 3.5)}\">{Title(trial)}</circle>");
    }

    /// <summary>A disc with what it stands for.</summary>
    public void Disc(string kind, double x, double y, double radius, string title) =>
        _text.Append(CultureInfo.InvariantCulture,
            $"<circle class=\"{kind}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{radius:0.#}\"><title>{Escape(title)}</title></circle>");

    /// <summary>A cross for a trial without a value.</summary>
    public void Cross(double x, double y, TrialRecord trial) =>
        _text.Append(CultureInfo.InvariantCulture,
            $"<path class=\"cross\"{Mark(trial)} d=\"M{x - 3:0.#} {y - 3:0.#}l6 6m0 -6l-6 6\">{Title(trial)}</path>");

    public override string ToString() => _text + "</svg>\n";

    private static string Mark(TrialRecord? trial) => trial == null ? "" : $" data-t=\"{trial.Number}\"";

    private static string Title(TrialRecord trial) =>
        $"<title>trial {trial.Number}: "
        + $"{Escape(trial.Value is { } value ? PlotText.Of(value) : trial.Error ?? trial.State.ToString())}</title>";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
