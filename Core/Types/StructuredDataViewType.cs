namespace MlPipeline.Core;

/// <summary>Values with parts or resources of their own: vectors, images, a user's own column types.</summary>
public abstract class StructuredDataViewType : DataViewType
{
    /// <summary>A structured type whose getters yield <paramref name="rawType"/>.</summary>
    protected StructuredDataViewType(Type rawType)
        : base(rawType)
    {
    }
}
