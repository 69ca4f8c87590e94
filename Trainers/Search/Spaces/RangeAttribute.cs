namespace MlPipeline.Trainers.Search;

/// <summary>The range that a numeric field or property of an options class may take in a search.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class RangeAttribute : Attribute
{
    /// <summary>A range of doubles, uniform in the value or its logarithm.</summary>
    public RangeAttribute(double min, double max, bool logBase = false) : this(min, max, null, logBase)
    {
    }

    /// <summary>A range of doubles with a value to begin with.</summary>
    public RangeAttribute(double min, double max, double init, bool logBase = false) : this(min, max, (object)init, logBase)
    {
    }

    /// <summary>A range of floats.</summary>
    public RangeAttribute(float min, float max, bool logBase = false) : this(min, max, null, logBase)
    {
    }

    /// <summary>A range of floats with a value to begin with.</summary>
    public RangeAttribute(float min, float max, float init, bool logBase = false) : this(min, max, (object)init, logBase)
    {
    }

    /// <summary>A range of whole numbers.</summary>
    public RangeAttribute(int min, int max, bool logBase = false) : this(min, max, null, logBase)
    {
    }

    /// <summary>A range of whole numbers with a value to begin with.</summary>
    public RangeAttribute(int min, int max, int init, bool logBase = false) : this(min, max, (object)init, logBase)
    {
    }

    private RangeAttribute(object min, object max, object? init, bool logBase)
    {
        Min = min;
        Max = max;
        Init = init;
        LogBase = logBase;
    }

    /// <summary>The smallest value.</summary>
    public object Min { get; }

    /// <summary>The largest value.</summary>
    public object Max { get; }

    /// <summary>The value to begin with, or null.</summary>
    public object? Init { get; }

    /// <summary>Whether the logarithm is uniform, rather than the value.</summary>
    public bool LogBase { get; }

    internal OptionBase ToOption() => Min switch
    {
        int min => new UniformIntOption(min, (int)Max, LogBase, (int?)Init),
        float min => new UniformSingleOption(min, (float)Max, LogBase, (float?)Init),
        _ => new UniformDoubleOption((double)Min, (double)Max, LogBase, (double?)Init),
    };
}
