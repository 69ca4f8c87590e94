namespace MlPipeline.Trainers.Search;

/// <summary>The space that the attributes on an options class describe.</summary>
/// <typeparam name="T">The options class; its searched members must be settable.</typeparam>
public sealed class SearchSpace<T> : SearchSpace
    where T : class, new()
{
    /// <summary>Makes the space.</summary>
    public SearchSpace() : base(typeof(T))
    {
    }

    /// <summary>The options at coordinates between 0 and 1.</summary>
    public T OptionsAt(double[] feature) => SampleFromFeatureSpace(feature).AsType<T>();
}
