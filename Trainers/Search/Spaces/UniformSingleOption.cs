namespace MlPipeline.Trainers.Search;

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
