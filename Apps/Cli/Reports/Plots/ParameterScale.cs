using MlPipeline.Trainers.Search;

namespace MlPipeline.Cli.Reports.Plots;

/// <summary>An axis for a parameter of a search: its choices, or its range on its own scale.</summary>
internal sealed class ParameterScale
{
    private readonly OptionBase _option;

    public ParameterScale(string name, OptionBase option)
    {
        Name = name;
        _option = option;
        Ticks = option switch
        {
            ChoiceOption choice => [.. choice.Choices.Select(c => (choice.MappingToFeatureSpace(c)[0], PlotText.Of(c)))],
            UniformNumericOption range =>
                [.. TicksOf(range).Select(v => (range.MappingToFeatureSpace(Number(range, v))[0], PlotText.Of(v)))],
            _ => [],
        };
    }

    public string Name { get; }

    public bool IsChoice => _option is ChoiceOption;

    /// <summary>Places from 0 to 1 and what stands there.</summary>
    public IReadOnlyList<(double At, string Text)> Ticks { get; }

    /// <summary>Where a trial stands, from 0 to 1; null when the parameter does not apply to it.</summary>
    public double? At(TrialRecord trial) => PlotText.Find(trial.Parameters, Name) is { } value
        ? _option.MappingToFeatureSpace(value)[0] : null;

    private static Parameter Number(UniformNumericOption range, double value) =>
        range is UniformIntOption ? Parameter.FromInt((int)value) : Parameter.FromDouble(value);

    private static IEnumerable<double> TicksOf(UniformNumericOption range)
    {
        if (!range.LogBase)
            return new LinearScale(range.Min, range.Max, 4, range is UniformIntOption).Ticks;
        int first = (int)Math.Floor(Math.Log10(range.Min)), last = (int)Math.Ceiling(Math.Log10(range.Max));
        double[] factors = last - first > 2 ? [1] : [1, 2, 5];
        var every = Math.Max(1, (last - first) / 4);
        double[] ticks = [.. Enumerable.Range(first, last - first + 1).Where(p => (p - first) % every == 0)
            .SelectMany(p => factors.Select(f => f * Math.Pow(10, p)))
            .Where(v => v >= range.Min * (1 - 1e-9) && v <= range.Max * (1 + 1e-9))];
        return ticks.Length >= 2 ? ticks : [range.Min, range.Max];
    }
}
