namespace MlPipeline.Core;

/// <summary>Values that own nothing and may be copied freely: numbers, text, truth values, keys, times, row ids.</summary>
public abstract class PrimitiveDataViewType : DataViewType
{
    /// <summary>A primitive type; <paramref name="rawType"/> must not be disposable.</summary>
    protected PrimitiveDataViewType(Type rawType)
        : base(rawType)
    {
        if (typeof(IDisposable).IsAssignableFrom(rawType))
            throw new ArgumentException($"A primitive type cannot be disposable, but {rawType} is.", nameof(rawType));
    }
}
