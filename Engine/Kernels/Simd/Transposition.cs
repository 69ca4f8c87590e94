using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Engine.Kernels.Simd;

/// <summary>Small blocks of a matrix, rows to columns, in registers.</summary>
internal static unsafe class Transposition
{
    /// <summary>Whether the machine has instructions for it; where not, copying element by element is as good.</summary>
    public static bool IsAccelerated => Sse.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>Writes the rows of a matrix as columns.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Floats from row to row.</param>
    /// <param name="rows">Rows of the source.</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="target">Where the first elements of the rows go.</param>
    /// <param name="targetStride">Floats from one elements' place to the next's; negative: the columns come in reverse.</param>
    /// <param name="scale">A factor for each source row; null: ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Of(
        float* source, nint sourceStride, int rows, int columns, float* target, nint targetStride, float* scale = null)
    {
        if (!IsAccelerated || rows < 4 || columns < 4)
        {
            for (var row = 0; row < rows; row++)
            {
                var factor = scale is null ? 1 : scale[row];
                for (var column = 0; column < columns; column++)
                    target[(column * targetStride) + row] = source[(row * sourceStride) + column] * factor;
            }

            return;
        }

        // The last blocks overlap the ones before where the sides are no multiples of 4.
        for (var wanted = 0; wanted < rows; wanted += 4)
        {
            var row = Math.Min(wanted, rows - 4);
            var factors = scale is null ? null : scale + row;
            for (var next = 0; next < columns; next += 4)
            {
                var column = Math.Min(next, columns - 4);
                Of4X4(source + (row * sourceStride) + column, sourceStride, target + (column * targetStride) + row,
                    targetStride, factors);
            }
        }
    }

    /// <summary>Writes four rows of four floats as four columns.</summary>
    /// <param name="source">The first row.</param>
    /// <param name="sourceStride">Floats from row to row.</param>
    /// <param name="target">Where the first elements of the rows go.</param>
    /// <param name="targetStride">Floats from one elements' place to the next's.</param>
    /// <param name="scale">A factor for each source row; null: ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of4X4(float* source, nint sourceStride, float* target, nint targetStride, float* scale = null)
    {
        Vector128<float> a = Vector128.Load(source), b = Vector128.Load(source + sourceStride);
        Vector128<float> c = Vector128.Load(source + (2 * sourceStride)), d = Vector128.Load(source + (3 * sourceStride));
        if (scale is not null)
        {
            a *= scale[0];
            b *= scale[1];
            c *= scale[2];
            d *= scale[3];
        }

        Vector128<float> lowAc = Low(a, c), highAc = High(a, c), lowBd = Low(b, d), highBd = High(b, d);
        Low(lowAc, lowBd).Store(target);
        High(lowAc, lowBd).Store(target + targetStride);
        Low(highAc, highBd).Store(target + (2 * targetStride));
        High(highAc, highBd).Store(target + (3 * targetStride));
    }

    /// <summary>The lower halves, one element of each in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Low(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackLow(left, right) : AdvSimd.Arm64.ZipLow(left, right);

    /// <summary>The upper halves, one element of each in turn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> High(Vector128<float> left, Vector128<float> right) =>
        Sse.IsSupported ? Sse.UnpackHigh(left, right) : AdvSimd.Arm64.ZipHigh(left, right);
}
