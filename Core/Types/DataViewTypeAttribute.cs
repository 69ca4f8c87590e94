namespace MlPipeline.Core;

/// <summary>
/// Says on a field or property which column type it stands for. Deriving classes register the type with
/// <see cref="DataViewTypeManager"/> in <see cref="Register"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property, AllowMultiple = false, Inherited = true)]
public abstract class DataViewTypeAttribute : Attribute, IEquatable<DataViewTypeAttribute>
{
    /// <summary>For deriving classes.</summary>
    protected DataViewTypeAttribute()
    {
    }

    /// <summary>Registers the column type that the attribute stands for.</summary>
    public abstract void Register();

    /// <summary>Whether both stand for the same column type.</summary>
    public abstract bool Equals(DataViewTypeAttribute? other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DataViewTypeAttribute other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => GetType().GetHashCode();
}
