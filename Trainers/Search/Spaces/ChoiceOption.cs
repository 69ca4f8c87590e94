namespace MlPipeline.Trainers.Search;

/// <summary>One of a few values without an order.</summary>
public sealed class ChoiceOption : OptionBase
{
    private readonly int _default;

    /// <summary>Makes the choice; the first is the default.</summary>
    /// <exception cref="ArgumentException">There are no choices, or two are equal.</exception>
    public ChoiceOption(params object[] choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        Choices = [.. choices.Select(Parameter.From)];
        if (Choices.Length == 0 || Choices.Distinct().Count() != Choices.Length)
        {
            throw new ArgumentException($"A choice needs values that all differ, not [{string.Join(", ", choices)}].",
                nameof(choices));
        }
    }

    /// <summary>Makes the choice.</summary>
    /// <exception cref="ArgumentException">There are no choices, two are equal, or the default is none of them.</exception>
    public ChoiceOption(object[] choices, object defaultChoice)
        : this(choices)
    {
        _default = Array.IndexOf(Choices, Parameter.From(defaultChoice));
        if (_default < 0)
        {
            throw new ArgumentException($"The default {defaultChoice} is none of [{string.Join(", ", choices)}].",
                nameof(defaultChoice));
        }
    }

    /// <summary>The values.</summary>
    public Parameter[] Choices { get; }

    /// <inheritdoc/>
    public override int FeatureSpaceDim => 1;

    /// <inheritdoc/>
    public override int?[] Step => [Choices.Length];

    /// <inheritdoc/>
    public override double[] Default => [(_default + 0.5) / Choices.Length];

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        Check(values);
        return Choices[Math.Min((int)(values[0] * Choices.Length), Choices.Length - 1)];
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The parameter is none of the choices.</exception>
    public override double[] MappingToFeatureSpace(Parameter parameter)
    {
        var index = Array.IndexOf(Choices, parameter);
        return index >= 0
            ? [(index + 0.5) / Choices.Length]
            : throw new ArgumentException($"{parameter} is none of [{string.Join(", ", Choices.AsEnumerable())}].",
                nameof(parameter));
    }
}
