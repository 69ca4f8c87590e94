using System.Reflection;

namespace MlPipeline.Tests.Support.Estimators;

/// <summary>
/// Reads values of any type as copies whose equality is that of their content: text as string, vectors as arrays.
/// </summary>
internal static class Cells
{
    private static readonly MethodInfo _rowReader = Method(nameof(RowReader));
    private static readonly MethodInfo _vectorReader = Method(nameof(VectorReader));
    private static readonly MethodInfo _getGetter = Method(nameof(GetGetter));
    private static readonly MethodInfo _annotation = Method(nameof(AnnotationOf));
    private static readonly MethodInfo _vectorAnnotation = Method(nameof(VectorAnnotationOf));

    /// <summary>A reader of a column's current value.</summary>
    /// <param name="row">The row or cursor.</param>
    /// <param name="column">One of its active columns.</param>
    /// <param name="describe">See <see cref="ConformanceOptions.Describe"/>.</param>
    /// <param name="fresh">Whether each call starts with an empty buffer, rather than with what the last call left there.</param>
    public static Func<object?> Reader(
        DataViewRow row, DataViewSchema.Column column, Func<object?, object?>? describe, bool fresh) =>
        (Func<object?>)Invoke(
            column.Type is VectorDataViewType vector
                ? _vectorReader.MakeGenericMethod(vector.ItemType.RawType)
                : _rowReader.MakeGenericMethod(column.Type.RawType),
            row, column, describe, fresh)!;

    /// <summary>Asks for the getter and does not use it.</summary>
    public static void AskForGetter(DataViewRow row, DataViewSchema.Column column, Type type) =>
        Invoke(_getGetter.MakeGenericMethod(type), row, column);

    /// <summary>The value of one kind of annotation.</summary>
    public static object? Annotation(DataViewSchema.Annotations annotations, DataViewSchema.Column kind) =>
        Invoke(
            kind.Type is VectorDataViewType vector
                ? _vectorAnnotation.MakeGenericMethod(vector.ItemType.RawType)
                : _annotation.MakeGenericMethod(kind.Type.RawType),
            annotations, kind);

    public static bool AreEqual(object? first, object? second)
    {
        if (first is not Array a || second is not Array b)
            return Equals(first, second);

        if (a.Length != b.Length || a.GetType() != b.GetType())
            return false;

        if (a is float[] x && b is float[] y)
            return x.AsSpan().SequenceEqual(y) || x.Zip(y).All(pair => pair.First.Equals(pair.Second));

        return a.Cast<object?>().SequenceEqual(b.Cast<object?>());
    }

    public static string Text(object? value) =>
        value is Array array ? $"[{string.Join(",", array.Cast<object?>())}]" : value?.ToString() ?? "null";

    private static Func<object?> RowReader<T>(
        DataViewRow row, DataViewSchema.Column column, Func<object?, object?>? describe, bool fresh)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            if (fresh)
                value = default!;

            getter(ref value);
            object? copy = value is ReadOnlyMemory<char> text ? text.ToString() : value;
            return describe is null ? copy : describe(copy);
        };
    }

    private static Func<object?> VectorReader<T>(
        DataViewRow row, DataViewSchema.Column column, Func<object?, object?>? describe, bool fresh)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> value = default;
        return () =>
        {
            if (fresh)
                value = default;

            getter(ref value);
            return Dense(value);
        };
    }

    private static void GetGetter<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    private static object? AnnotationOf<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default!;
        annotations.GetGetter<T>(kind)(ref value);
        return value is ReadOnlyMemory<char> text ? text.ToString() : value;
    }

    private static Array VectorAnnotationOf<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        VBuffer<T> value = default;
        annotations.GetGetter<VBuffer<T>>(kind)(ref value);
        return Dense(value);
    }

    private static Array Dense<T>(VBuffer<T> value)
    {
        var items = new T[value.Length];
        value.CopyTo(items);
        return items is ReadOnlyMemory<char>[] texts ? Array.ConvertAll(texts, text => text.ToString()) : items;
    }

    private static MethodInfo Method(string name) =>
        typeof(Cells).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    private static object? Invoke(MethodInfo method, params object?[] arguments) =>
        method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
}
