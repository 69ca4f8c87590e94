namespace MlPipeline.Core.Tests;

/// <summary>A value that cannot be copied.</summary>
public sealed class Tag(string text)
{
    public string Text { get; } = text;
}

/// <summary>A user's own column type.</summary>
public sealed class TagType : StructuredDataViewType
{
    private TagType()
        : base(typeof(Tag))
    {
    }

    public static TagType Instance { get; } = new();

    public override bool Equals(DataViewType? other) => other is TagType;
}

public sealed class TagTypeAttribute : DataViewTypeAttribute
{
    public override void Register() => DataViewTypeManager.Register(TagType.Instance, typeof(Tag), this);

    public override bool Equals(DataViewTypeAttribute? other) => other is TagTypeAttribute;
}
