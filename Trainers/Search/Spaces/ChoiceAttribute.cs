namespace MlPipeline.Trainers.Search;

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
