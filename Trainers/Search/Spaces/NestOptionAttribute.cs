namespace MlPipeline.Trainers.Search;

/// <summary>A field or property whose own fields and properties are searched.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class NestOptionAttribute : Attribute;
