using System.Numerics;

namespace MlPipeline.Trainers.Recipe;

/// <summary>The two vector operations that a dense layer needs.</summary>
internal static class RecipeVectors
{
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int lanes = Vector<float>.Count, i = 0;
        Vector<float> first = default, second = default;
        for (; i + 2 * lanes <= a.Length; i += 2 * lanes)
        {
            first += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            second += new Vector<float>(a[(i + lanes)..]) * new Vector<float>(b[(i + lanes)..]);
        }

        var sum = Vector.Sum(first + second);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];

        return sum;
    }

    /// <summary>destination += factor * source.</summary>
    public static void AddScaled(ReadOnlySpan<float> source, float factor, Span<float> destination)
    {
        int lanes = Vector<float>.Count, i = 0;
        for (; i + lanes <= source.Length; i += lanes)
            (new Vector<float>(destination[i..]) + factor * new Vector<float>(source[i..])).CopyTo(destination[i..]);

        for (; i < source.Length; i++)
            destination[i] += factor * source[i];
    }
}
