namespace MlPipeline.Trainers.Search;

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
