namespace MlPipeline.Core;

/// <summary>Says that an unsigned integer member is a key: 0 missing, 1 the first category.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class KeyTypeAttribute : Attribute
{
    /// <summary>Keys up to what the member's type can hold.</summary>
    public KeyTypeAttribute()
    {
    }

    /// <summary>Keys 1 to <paramref name="count"/>.</summary>
    public KeyTypeAttribute(ulong count) => KeyCount = count;

    internal ulong? KeyCount { get; }
}
