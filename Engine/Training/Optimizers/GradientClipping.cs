using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Optimizers;

/// <summary>Gradients kept from growing without bound.</summary>
public static class GradientClipping
{
    /// <summary>Scales all gradients so that their length, taken together, is at most this (Pascanu et al. 2013).</summary>
    /// <param name="parameters">The parameters whose gradients count.</param>
    /// <param name="largestNorm">The greatest length.</param>
    /// <param name="threads">Threads that take part; 0 for one for each core. The result does not depend on it.</param>
    /// <returns>The length before.</returns>
    public static double ByGlobalNorm(IEnumerable<TrainedParameter> parameters, double largestNorm, int threads = 1)
    {
        if (!(largestNorm > 0))
            throw new ArgumentOutOfRangeException(nameof(largestNorm), largestNorm, "The greatest norm must be positive.");
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        Tensor[] all = [.. parameters.Select(p => p.Gradient)];
        var blocks = new ParameterBlocks(all.Select(g => g.Length));
        var squares = new double[blocks.Count];
        blocks.ForEach(threads, (block, array, range) => squares[block] = SumOfSquares(all[array].Floats[range]));
        var norm = Math.Sqrt(squares.Sum());
        if (norm > largestNorm)
        {
            var factor = (float)(largestNorm / norm);
            blocks.ForEach(threads, (_, array, range) => Scale(all[array].Floats[range], factor));
        }

        return norm;
    }

    // In double precision, where no square of a float overflows.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        Vector256<double> even = default, odd = default;
        var vectors = MemoryMarshal.Cast<float, Vector256<float>>(values);
        foreach (var vector in vectors)
        {
            (var lower, var upper) = Vector256.Widen(vector);
            even += lower * lower;
            odd += upper * upper;
        }

        var sum = Vector256.Sum(even + odd);
        foreach (var value in values[(vectors.Length * Vector256<float>.Count)..])
            sum += (double)value * value;
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(Span<float> values, float factor)
    {
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        foreach (ref var vector in vectors)
            vector *= factor;
        foreach (ref var value in values[(vectors.Length * Vector<float>.Count)..])
            value *= factor;
    }
}
