using System.Diagnostics.CodeAnalysis;

namespace MlPipeline.Core;

/// <summary>Equality and order of terms: text by its characters, all else as its type has it.</summary>
internal static class TermComparer
{
    public static IEqualityComparer<T> For<T>() =>
        typeof(T) == typeof(ReadOnlyMemory<char>)
            ? (IEqualityComparer<T>)(object)new TextEquality()
            : EqualityComparer<T>.Default;

    public static IComparer<T> OrderOf<T>() =>
        typeof(T) == typeof(ReadOnlyMemory<char>)
            ? (IComparer<T>)(object)Comparer<ReadOnlyMemory<char>>.Create((a, b) => a.Span.SequenceCompareTo(b.Span))
            : Comparer<T>.Default;

    /// <summary>Whether a value stands for none: empty text, NaN, the key 0.</summary>
    public static Func<T, bool> MissingOf<T>(bool isKey)
    {
        if (typeof(T) == typeof(ReadOnlyMemory<char>))
            return (Func<T, bool>)(object)new Func<ReadOnlyMemory<char>, bool>(text => text.IsEmpty);
        if (typeof(T) == typeof(float))
            return (Func<T, bool>)(object)new Func<float, bool>(float.IsNaN);
        if (typeof(T) == typeof(double))
            return (Func<T, bool>)(object)new Func<double, bool>(double.IsNaN);
        if (isKey)
            return value => EqualityComparer<T>.Default.Equals(value, default);
        return _ => false;
    }

    private sealed class TextEquality : IEqualityComparer<ReadOnlyMemory<char>>
    {
        public bool Equals(ReadOnlyMemory<char> x, ReadOnlyMemory<char> y) => x.Span.SequenceEqual(y.Span);

        public int GetHashCode([DisallowNull] ReadOnlyMemory<char> obj) => string.GetHashCode(obj.Span);
    }
}
