namespace MlPipeline.Trainers.Search;

/// <summary>
/// What may vary in a search, seen as coordinates between 0 and 1: samplers work on coordinates, trials on the parameters that
/// the coordinates stand for.
/// </summary>
public abstract class OptionBase
{
    /// <summary>How many coordinates the option has.</summary>
    public abstract int FeatureSpaceDim { get; }

    /// <summary>The coordinates of the default.</summary>
    public abstract double[] Default { get; }

    /// <summary>How many distinct values, equally wide, each coordinate has; null where they differ in width or it is
    /// continuous.</summary>
    public abstract int?[] Step { get; }

    /// <summary>The parameter at coordinates between 0 and 1.</summary>
    public abstract Parameter SampleFromFeatureSpace(double[] values);

    /// <summary>The coordinates of a parameter.</summary>
    public abstract double[] MappingToFeatureSpace(Parameter parameter);

    /// <summary>Throws unless there is one coordinate, between 0 and 1, for each dimension.</summary>
    protected void Check(double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length != FeatureSpaceDim || values.Any(v => v is not (>= 0 and <= 1)))
        {
            throw new ArgumentException(
                $"{FeatureSpaceDim} coordinates between 0 and 1 are needed, not [{string.Join(", ", values)}].", nameof(values));
        }
    }
}
