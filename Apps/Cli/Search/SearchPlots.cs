using System.Globalization;
using System.Net;
using System.Text;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Search;

/// <summary>The plots of a search as inline SVG, in the colours of the page that they stand in.</summary>
internal sealed class SearchPlots
{
    private const double Width = 640, Height = 280, Margin = 46;
    private readonly SearchSpace _space;
    private readonly TrialRecord[] _trials;
    private readonly TrialRecord[] _done;
    private readonly bool _maximize;
    private readonly int? _best;
    private readonly double _low;
    private readonly double _high;

    public SearchPlots(SearchSpace space, IReadOnlyList<TrialRecord> trials, bool maximize, int? best)
    {
        _space = space;
        _maximize = maximize;
        _best = best;
        _trials = [.. trials];
        _done = [.. trials.Where(t => t is { State: TrialState.Complete or TrialState.Pruned, Value: { } v } && double.IsFinite(v))];
        _low = _done.Length == 0 ? 0 : _done.Min(t => t.Value!.Value);
        _high = _done.Length == 0 ? 1 : _done.Max(t => t.Value!.Value);
        if (_high - _low < 1e-12)
            (_low, _high) = (_low - 0.5, _high + 0.5);
    }

    /// <summary>Each trial's value, and the best so far.</summary>
    public string History()
    {
        var svg = Begin(Width, "value of each trial, and the best so far");
        double span = Math.Max(1, _trials.Length - 1);
        double X(int number) => Margin + number / span * (Width - 2 * Margin);
        YAxis(svg, _low, _high);
        Label(svg, Width / 2, Height - 8, "trial");
        double? best = null;
        StringBuilder path = new();
        foreach (TrialRecord trial in _done)
        {
            double value = trial.Value!.Value;
            if (trial.State == TrialState.Complete && (best == null || (_maximize ? value > best : value < best)))
                best = value;
            if (best is { } so)
                path.Append(path.Length == 0 ? 'M' : 'L').Append(N(X(trial.Number))).Append(' ').Append(N(Y(so, _low, _high)));
            Dot(svg, X(trial.Number), Y(value, _low, _high), trial);
        }

        svg.Append("<path class=\"line\" d=\"").Append(path).Append("\"/>");
        return End(svg);
    }

    /// <summary>One line for each trial through its coordinates and its value; good trials are strong.</summary>
    public string Parallel()
    {
        (string Name, OptionBase Option)[] axes = [.. _space.Flatten()];
        double width = Math.Max(Width, 2 * Margin + axes.Length * 92);
        var svg = Begin(width, "parameters of each trial");
        double X(int axis) => Margin + axis / (double)Math.Max(1, axes.Length) * (width - 2 * Margin);
        foreach (TrialRecord trial in _done.OrderBy(Goodness))
        {
            bool[] active = _space.ActiveCoordinates(trial.Parameters);
            StringBuilder path = new();
            for (int axis = 0; axis <= axes.Length; axis++)
            {
                if (axis < axes.Length && !active[axis])
                    continue;
                double at = axis < axes.Length ? trial.Point[axis] : (trial.Value!.Value - _low) / (_high - _low);
                path.Append(path.Length == 0 ? 'M' : 'L').Append(N(X(axis))).Append(' ').Append(N(Y(at, 0, 1)));
            }

            svg.Append("<path class=\"").Append(trial.Number == _best ? "best" : "trial").Append("\" style=\"opacity:")
                .Append(N(0.08 + 0.7 * Goodness(trial) * Goodness(trial))).Append("\" d=\"").Append(path).Append("\">").Append(Title(trial)).Append("</path>");
        }

        for (int axis = 0; axis <= axes.Length; axis++)
        {
            svg.Append(Invariant($"<line class=\"axis\" x1=\"{X(axis):0.#}\" x2=\"{X(axis):0.#}\" y1=\"{Margin}\" y2=\"{Height - Margin}\"/>"));
            Label(svg, X(axis), Height - 28, axis < axes.Length ? axes[axis].Name : "value");
            Label(svg, X(axis), Height - 12, axis < axes.Length ? End(axes[axis].Option, 0) : Number(_low));
            Label(svg, X(axis), Margin - 10, axis < axes.Length ? End(axes[axis].Option, 1) : Number(_high));
        }

        return End(svg);
    }

    /// <summary>For each parameter, the values of the trials over it.</summary>
    public IEnumerable<string> Slices()
    {
        int axis = 0;
        foreach ((string name, OptionBase option) in _space.Flatten())
        {
            var svg = Begin(Height * 1.15, name);
            double width = Height * 1.15;
            YAxis(svg, _low, _high);
            foreach (TrialRecord trial in _done.Where(t => _space.ActiveCoordinates(t.Parameters)[axis]))
                Dot(svg, Margin + trial.Point[axis] * (width - 2 * Margin), Y(trial.Value!.Value, _low, _high), trial);
            if (option is ChoiceOption choice)
            {
                for (int i = 0; i < choice.Choices.Length; i++)
                    Label(svg, Margin + (i + 0.5) / choice.Choices.Length * (width - 2 * Margin), Height - 28, $"{choice.Choices[i]}".Trim('"'));
            }
            else
            {
                Label(svg, Margin, Height - 28, End(option, 0));
                Label(svg, width - Margin, Height - 28, End(option, 1));
            }

            Label(svg, width / 2, Height - 10, name);
            axis += option.FeatureSpaceDim;
            yield return End(svg);
        }
    }

    /// <summary>What trials reported on their way, or null when none did.</summary>
    public string? LearningCurves()
    {
        TrialRecord[] curved = [.. _trials.Where(t => t.Curve.Count > 0 && t.Curve.All(p => double.IsFinite(p.Value)))];
        if (curved.Length == 0)
            return null;
        double low = curved.Min(t => t.Curve.Min(p => p.Value)), high = curved.Max(t => t.Curve.Max(p => p.Value));
        int last = curved.Max(t => t.Curve[^1].Step);
        if (high - low < 1e-12)
            (low, high) = (low - 0.5, high + 0.5);
        var svg = Begin(Width, "values reported on the way");
        YAxis(svg, low, high);
        Label(svg, Width / 2, Height - 8, "step");
        foreach (TrialRecord trial in curved)
        {
            IEnumerable<string> points = trial.Curve.Select(p => N(Margin + (p.Step - 1) / Math.Max(1.0, last - 1) * (Width - 2 * Margin)) + " " + N(Y(p.Value, low, high)));
            svg.Append("<path class=\"").Append(trial.Number == _best ? "best" : trial.State == TrialState.Pruned ? "trial pruned" : "trial")
                .Append("\" style=\"opacity:.6\" d=\"M").AppendJoin('L', points).Append("\">").Append(Title(trial)).Append("</path>");
        }

        return End(svg);
    }

    private double Goodness(TrialRecord trial)
    {
        double share = (trial.Value!.Value - _low) / (_high - _low);
        return _maximize ? share : 1 - share;
    }

    private void Dot(StringBuilder svg, double x, double y, TrialRecord trial) =>
        svg.Append(Invariant($"<circle class=\"{(trial.Number == _best ? "best" : trial.State == TrialState.Pruned ? "pruned" : "dot")}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"{(trial.Number == _best ? 5 : 3)}\">"))
            .Append(Title(trial)).Append("</circle>");

    private static string Title(TrialRecord trial) => $"<title>{WebUtility.HtmlEncode($"trial {trial.Number}: {Number(trial.Value ?? double.NaN)} {trial.Parameters}")}</title>";

    private static double Y(double value, double low, double high) => Height - Margin - (value - low) / (high - low) * (Height - 2 * Margin);

    private static void YAxis(StringBuilder svg, double low, double high)
    {
        for (int tick = 0; tick <= 4; tick++)
        {
            double value = low + tick / 4.0 * (high - low);
            svg.Append(Invariant($"<text class=\"tick\" x=\"{Margin - 6}\" y=\"{Y(value, low, high) + 4:0.#}\" text-anchor=\"end\">{Number(value)}</text>"));
        }

        svg.Append(Invariant($"<line class=\"axis\" x1=\"{Margin}\" x2=\"{Margin}\" y1=\"{Margin}\" y2=\"{Height - Margin}\"/>"));
    }

    private static void Label(StringBuilder svg, double x, double y, string text) =>
        svg.Append(Invariant($"<text x=\"{x:0.#}\" y=\"{y:0.#}\" text-anchor=\"middle\">")).Append(WebUtility.HtmlEncode(text)).Append("</text>");

    private static string End(OptionBase option, double coordinate)
    {
        Parameter value = option.SampleFromFeatureSpace([coordinate]);
        return value.ParameterType == ParameterType.Number ? Number(value.AsType<double>()) : $"{value}".Trim('"');
    }

    private static StringBuilder Begin(double width, string title) => new StringBuilder()
        .Append(Invariant($"<svg viewBox=\"0 0 {width:0.#} {Height}\" style=\"max-width:{width:0.#}px\" role=\"img\" aria-label=\"")).Append(WebUtility.HtmlEncode(title)).Append("\">");

    private static string End(StringBuilder svg) => svg.Append("</svg>\n").ToString();

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
