namespace MlPipeline.Trainers.Search;

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
