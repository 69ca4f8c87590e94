using System.Reflection;

namespace MlPipeline.Core;

/// <summary>Copies a value so that the copy does not change when the original's buffers are re-used.</summary>
internal delegate void ValueCopier<T>(in T source, ref T destination);

internal static class ValueCopier
{
    /// <summary>A copier for values of primitive and vector types; null for other types, whose values cannot be copied.</summary>
    public static ValueCopier<T>? For<T>(DataViewType type)
    {
        if (type is PrimitiveDataViewType)
            return static (in T source, ref T destination) => destination = source;
        if (type is not VectorDataViewType vector)
            return null;
        return (ValueCopier<T>)typeof(ValueCopier).GetMethod(nameof(OfVector), BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(vector.ItemType.RawType).Invoke(null, null)!;
    }

    private static ValueCopier<VBuffer<TItem>> OfVector<TItem>() =>
        static (in VBuffer<TItem> source, ref VBuffer<TItem> destination) => source.CopyTo(ref destination);
}
