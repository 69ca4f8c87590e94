namespace MlPipeline.Pipeline.Transformers;

/// <summary>Copies a column's value into a caller's: vectors by content, everything else by assignment.</summary>
internal delegate void ValueCopier<T>(in T source, ref T destination);

/// <summary>Makes copiers.</summary>
internal static class ValueCopiers
{
    /// <summary>The copier of a raw column type.</summary>
    public static ValueCopier<T> For<T>()
    {
        if (!typeof(T).IsGenericType || typeof(T).GetGenericTypeDefinition() != typeof(VBuffer<>))
            return static (in T source, ref T destination) => destination = source;
        var method = typeof(ValueCopiers).GetMethod(nameof(CopyVector),
            System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!;
        return method.MakeGenericMethod(typeof(T).GetGenericArguments()[0]).CreateDelegate<ValueCopier<T>>();
    }

    private static void CopyVector<TItem>(in VBuffer<TItem> source, ref VBuffer<TItem> destination) =>
        source.CopyTo(ref destination);
}
