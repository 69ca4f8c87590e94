namespace MlPipeline.Trainers.Search;

/// <summary>A number in a closed range, uniform on a linear or a logarithmic scale.</summary>
public abstract class UniformNumericOption : OptionBase
{
    /// <summary>Makes the range.</summary>
    /// <exception cref="ArgumentException">The range is empty, not finite, or on a log scale and not positive; or the default
    /// lies outside.</exception>
    protected UniformNumericOption(double min, double max, bool logBase, double? defaultValue)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max) || min >= max)
            throw new ArgumentException($"The range from {min} to {max} is empty or not finite: min must be less than max.");

        if (logBase && min <= 0)
            throw new ArgumentException($"A logarithmic range must begin above 0, not at {min}.");

        if (defaultValue is { } value && !(value >= min && value <= max))
            throw new ArgumentException($"The default {value} lies outside the range from {min} to {max}.");

        Min = min;
        Max = max;
        LogBase = logBase;
        DefaultValue = defaultValue;
    }

    /// <summary>The smallest value, which can be drawn.</summary>
    public double Min { get; }

    /// <summary>The largest value, which can be drawn.</summary>
    public double Max { get; }

    /// <summary>Whether the logarithm is uniform, rather than the value.</summary>
    public bool LogBase { get; }

    /// <inheritdoc/>
    public override int FeatureSpaceDim => 1;

    /// <inheritdoc/>
    public override double[] Default => [DefaultValue is { } value ? ToCoordinate(value) : 0.5];

    /// <inheritdoc/>
    public override int?[] Step => [null];

    private protected double? DefaultValue { get; }

    /// <inheritdoc/>
    public override double[] MappingToFeatureSpace(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return [ToCoordinate(parameter.AsType<double>())];
    }

    /// <summary>The value at a coordinate; 0 and 1 give exactly the ends.</summary>
    private protected double ToValue(double coordinate)
    {
        if (coordinate is <= 0 or >= 1)
            return coordinate <= 0 ? Min : Max;

        var value = LogBase
            ? Math.Exp(Math.Log(Min) + coordinate * (Math.Log(Max) - Math.Log(Min)))
            : Min + coordinate * (Max - Min);
        return Math.Clamp(value, Min, Max);
    }

    private protected virtual double ToCoordinate(double value)
    {
        var clamped = Math.Clamp(value, Min, Max);
        return LogBase
            ? (Math.Log(clamped) - Math.Log(Min)) / (Math.Log(Max) - Math.Log(Min))
            : (clamped - Min) / (Max - Min);
    }
}
