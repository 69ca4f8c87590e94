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

/// <summary>The values that a field or property of an options class may take in a search.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public class ChoiceAttribute : Attribute
{
    /// <summary>The values; the first is the default.</summary>
    public ChoiceAttribute(params object[] candidates) => Candidates = candidates;

    /// <summary>The values and the default.</summary>
    public ChoiceAttribute(object[] candidates, object defaultValue)
    {
        Candidates = candidates;
        DefaultValue = defaultValue;
    }

    /// <summary>The values.</summary>
    public object[] Candidates { get; }

    /// <summary>The default, or null for the first.</summary>
    public object? DefaultValue { get; }

    internal OptionBase ToOption() => DefaultValue == null
        ? new ChoiceOption(Candidates) : new ChoiceOption(Candidates, DefaultValue);
}

/// <summary>A field or property of an options class that may be true or false in a search.</summary>
public sealed class BooleanChoiceAttribute : ChoiceAttribute
{
    /// <summary>True is the default.</summary>
    public BooleanChoiceAttribute() : base(true, false)
    {
    }

    /// <summary>The default is given.</summary>
    public BooleanChoiceAttribute(bool defaultValue) : base([true, false], defaultValue)
    {
    }
}

/// <summary>A field or property whose own fields and properties are searched.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NestOptionAttribute : Attribute;
