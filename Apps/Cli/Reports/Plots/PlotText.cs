using System.Buffers;
using System.Globalization;
using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>Numbers and names as people read them beside an axis or in a table.</summary>
internal static class PlotText
{
    private static readonly SearchValues<char> s_joints = SearchValues.Create("+:-_/ ");

    /// <summary>A number with four digits that count, and an exponent where it is very small or very large.</summary>
    public static string Of(double value) => value == 0 ? "0"
        : !double.IsFinite(value) ? value.ToString(CultureInfo.InvariantCulture)
        : Math.Abs(value) is >= 1e5 or < 1e-3 ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
        : value.ToString(Math.Abs(value) >= 1000 ? "0" : Math.Abs(value) >= 1 ? "0.###" : "0.####", CultureInfo.InvariantCulture);

    /// <summary>A parameter's value; of one with parts, <c>solver = sgd, l2 = 20.5</c>, nested names dotted.</summary>
    public static string Of(Parameter value) => value.ParameterType switch
    {
        ParameterType.Object => string.Join(", ", Parts(value, "").Select(p => $"{p.Name} = {Of(p.Value)}")),
        ParameterType.Number => Of(value.AsType<double>()),
        _ => value.AsType<string>(),
    };

    /// <summary>The part of a point that a dotted name tells, or null where it does not apply.</summary>
    public static Parameter? Find(Parameter point, string name)
    {
        var found = point;
        foreach (var part in name.Split('.'))
        {
            if (found is not { ParameterType: ParameterType.Object } || !found.TryGetValue(part, out found))
                return null;
        }

        return found;
    }

    private static IEnumerable<(string Name, Parameter Value)> Parts(Parameter point, string prefix) => point.SelectMany(
        p => p.Value.ParameterType == ParameterType.Object ? Parts(p.Value, $"{prefix}{p.Key}.") : [(prefix + p.Key, p.Value)]);

    /// <summary>A metric's name in running text.</summary>
    public static string Of(HeadMetric metric) => metric switch
    {
        HeadMetric.MicroAccuracy => "micro-accuracy",
        HeadMetric.MacroAccuracy => "macro-accuracy",
        HeadMetric.MacroF1 => "macro-F1",
        _ => "log-loss",
    };

    /// <summary>"RateTooHigh" and "validationLoss" as words; the numbers in "lossAt0.01" stay together.</summary>
    public static string Words<T>(T name)
    {
        var text = $"{name}";
        return string.Concat(text.Select((c, i) => i > 0 && (char.IsUpper(c) || (char.IsDigit(c) && char.IsLetter(text[i - 1])))
            ? $" {char.ToLowerInvariant(c)}"
            : $"{char.ToLowerInvariant(c)}"));
    }

    /// <summary>A time such as <c>8.2 s</c> or <c>3 min 5 s</c>.</summary>
    public static string Seconds(double seconds) => seconds < 10 ? seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s"
        : seconds < 120 ? seconds.ToString("0", CultureInfo.InvariantCulture) + " s"
        : seconds < 7200 ? string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 60)} min {seconds % 60:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{(int)(seconds / 3600)} h {seconds / 60 % 60:0} min");

    /// <summary>A label in at most two lines, broken where a name has joints, and cut where it is longer still.</summary>
    public static string[] Wrap(string label, int most)
    {
        if (label.Length <= most)
            return [label];
        var joint = label.AsSpan(0, most).LastIndexOfAny(s_joints) + 1;
        var cut = joint > most / 3 ? joint : most;
        var rest = label[cut..];
        return [label[..cut], rest.Length <= most ? rest : rest[..(most - 1)] + "…"];
    }
}
