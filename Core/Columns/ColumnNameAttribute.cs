namespace MlPipeline.Core;

/// <summary>Gives a field or property another column name than its own.</summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public sealed class ColumnNameAttribute : Attribute
{
    /// <summary>The column's name.</summary>
    public ColumnNameAttribute(string name) => Name = name;

    internal string Name { get; }
}
