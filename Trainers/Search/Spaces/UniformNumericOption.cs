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

/// <summary>A whole number in a closed range; on a linear scale each is as likely as any other, both ends included.</summary>
public sealed class UniformIntOption : UniformNumericOption
{
    /// <summary>Makes the range.</summary>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value.</param>
    /// <param name="logBase">Uniform in the logarithm.</param>
    /// <param name="defaultValue">The value where nothing is chosen; default the middle.</param>
    public UniformIntOption(int min, int max, bool logBase = false, int? defaultValue = null)
        : base(min, max, logBase, defaultValue)
    {
    }

    /// <inheritdoc/>
    public override int?[] Step =>
        [LogBase ? null : (long)Max - (long)Min < int.MaxValue ? (int)((long)Max - (long)Min + 1) : null];

    // Whole numbers own intervals of [0, 1): of equal length, or on a log scale from log(v) to log(v + 1).
    private double LogWidth => Math.Log(Max + 1) - Math.Log(Min);

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        Check(values);
        var value = LogBase
            ? Math.Exp(Math.Log(Min) + values[0] * LogWidth)
            : Min + values[0] * (Max - Min + 1);
        return Parameter.FromInt((int)Math.Clamp(Math.Floor(value + 1e-9), Min, Max));
    }

    private protected override double ToCoordinate(double value)
    {
        var clamped = Math.Clamp(Math.Floor(value), Min, Max);
        return LogBase
            ? ((Math.Log(clamped) + Math.Log(clamped + 1)) / 2 - Math.Log(Min)) / LogWidth
            : (clamped - Min + 0.5) / (Max - Min + 1);
    }
}

/// <summary>A float in a closed range.</summary>
public sealed class UniformSingleOption : UniformNumericOption
{
    /// <summary>Makes the range.</summary>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value.</param>
    /// <param name="logBase">Uniform in the logarithm.</param>
    /// <param name="defaultValue">The value where nothing is chosen; default the middle.</param>
    public UniformSingleOption(float min, float max, bool logBase = false, float? defaultValue = null)
        : base(min, max, logBase, defaultValue)
    {
    }

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        Check(values);
        return Parameter.FromFloat((float)ToValue(values[0]));
    }
}

/// <summary>A double in a closed range.</summary>
public sealed class UniformDoubleOption : UniformNumericOption
{
    /// <summary>Makes the range.</summary>
    /// <param name="min">The smallest value.</param>
    /// <param name="max">The largest value.</param>
    /// <param name="logBase">Uniform in the logarithm.</param>
    /// <param name="defaultValue">The value where nothing is chosen; default the middle.</param>
    public UniformDoubleOption(double min, double max, bool logBase = false, double? defaultValue = null)
        : base(min, max, logBase, defaultValue)
    {
    }

    /// <inheritdoc/>
    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        Check(values);
        return Parameter.FromDouble(ToValue(values[0]));
    }
}
