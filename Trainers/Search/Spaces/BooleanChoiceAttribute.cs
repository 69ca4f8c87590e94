namespace MlPipeline.Trainers.Search;

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
