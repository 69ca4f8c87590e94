namespace MlPipeline.Core;

/// <summary>Which fields of a data source, by name, a member is read from.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class LoadColumnNameAttribute : Attribute
{
    /// <summary>One field.</summary>
    public LoadColumnNameAttribute(string fieldName) => Sources = [fieldName];

    /// <summary>Several fields.</summary>
    public LoadColumnNameAttribute(params string[] fieldNames) => Sources = fieldNames;

    internal IReadOnlyList<string> Sources { get; }
}
