namespace MlPipeline.Tests.Support.Estimators;

/// <summary>A column type that no estimator knows.</summary>
internal sealed class AlienDataViewType : StructuredDataViewType
{
    private AlienDataViewType()
        : base(typeof(AlienValue))
    {
    }

    public static AlienDataViewType Instance { get; } = new();

    public override bool Equals(DataViewType? other) => other is AlienDataViewType;

    public override bool Equals(object? obj) => obj is AlienDataViewType;

    public override int GetHashCode() => typeof(AlienDataViewType).GetHashCode();

    public override string ToString() => "Alien";
}

/// <summary>The value of an <see cref="AlienDataViewType"/>.</summary>
internal sealed class AlienValue
{
}
