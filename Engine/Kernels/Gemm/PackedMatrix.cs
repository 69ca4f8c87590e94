using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Gemm;

/// <summary>The right-hand matrix of a product (K deep, N wide), laid out as the micro-kernel reads it.</summary>
/// <remarks>
/// Panels of two vectors' width, each holding its K rows one after the other; the last panel may be one vector wide. Columns
/// past N are zero.
/// </remarks>
internal sealed unsafe class PackedMatrix
{
    private const int Block = 16;

    private readonly AlignedBuffer _values;
    private readonly long _start;
    private readonly bool _isFresh;

    private PackedMatrix(int depth, int columns, int vectorWidth, AlignedBuffer values, long start, bool isFresh)
    {
        _isFresh = isFresh;
        Depth = depth;
        Columns = columns;
        VectorWidth = vectorWidth;
        PanelWidth = 2 * vectorWidth;
        Panels = (columns + PanelWidth - 1) / PanelWidth;
        PaddedColumns = Padded(columns, vectorWidth);
        _values = values;
        _start = start;
    }

    public int Depth { get; }

    public int Columns { get; }

    public int VectorWidth { get; }

    public int PanelWidth { get; }

    public int Panels { get; }

    /// <summary>Columns rounded up to whole vectors.</summary>
    public int PaddedColumns { get; }

    public long Bytes => (long)Depth * PaddedColumns * sizeof(float);

    /// <summary>Width of a panel in vectors: 2, or 1 for a last panel that needs no more.</summary>
    public int PanelVectors(int panel) => Math.Min(2, (PaddedColumns / VectorWidth) - (2 * panel));

    /// <summary>Columns of a panel that belong to the matrix.</summary>
    public int PanelColumns(int panel) => Math.Min(PanelWidth, Columns - (panel * PanelWidth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* Panel(int panel) => _values.Pointer + _start + ((long)panel * PanelWidth * Depth);

    /// <summary>Prepares the memory of a panel that this thread is about to fill for the first time.</summary>
    public void Populate(int panel)
    {
        if (_isFresh)
            HugePages.Populate(Panel(panel), (nuint)Depth * (nuint)(PanelVectors(panel) * VectorWidth) * sizeof(float));
    }

    /// <summary>
    /// Fills some rows of one panel from a matrix whose element (k, n) lies at k * rowStride + n * columnStride.
    /// </summary>
    /// <param name="panel">Which panel.</param>
    /// <param name="firstRow">First row to fill.</param>
    /// <param name="rows">Rows to fill.</param>
    /// <param name="source">Element of <paramref name="firstRow"/> in the matrix's column 0.</param>
    /// <param name="rowStride">Floats from one k to the next.</param>
    /// <param name="columnStride">Floats from one n to the next.</param>
    /// <param name="scale">A factor for each column of the matrix; null: ones.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(int panel, int firstRow, int rows, float* source, long rowStride, long columnStride, float* scale = null)
    {
        int width = PanelVectors(panel) * VectorWidth, columns = PanelColumns(panel);
        var target = Panel(panel) + ((long)firstRow * width);
        source += (long)panel * PanelWidth * columnStride;
        scale = scale is null ? null : scale + ((long)panel * PanelWidth);
        var fours = rowStride == 1 && Transposition.IsAccelerated ? columns & ~3 : 0;
        for (var k0 = 0; k0 < rows; k0 += Block)
        {
            // A block of rows for all columns at a time: whichever of the strides is small, cache lines are used whole.
            var k1 = Math.Min(rows, k0 + Block);
            var whole = fours == 0 ? k0 : k0 + ((k1 - k0) & ~3);
            for (var n = 0; n < fours; n += 4)
            {
                for (var k = k0; k < whole; k += 4)
                {
                    Transposition.Of4X4(
                        source + (n * columnStride) + k, (nint)columnStride, target + ((long)k * width) + n, width,
                        scale is null ? null : scale + n);
                }
            }

            for (var n = 0; n < columns; n++)
            {
                var from = source + (n * columnStride);
                var factor = scale is null ? 1 : scale[n];
                for (var k = n < fours ? whole : k0; k < k1; k++)
                    target[((long)k * width) + n] = from[k * rowStride] * factor;
            }

            for (var k = k0; k < k1 && columns < width; k++)
                new Span<float>(target + ((long)k * width) + columns, width - columns).Clear();
        }
    }

    /// <summary>Some matrices of one size, one after the other in a buffer of their own.</summary>
    /// <param name="count">Matrices.</param>
    /// <param name="depth">K.</param>
    /// <param name="columns">N.</param>
    /// <param name="vectorWidth">Floats in a vector of the kernels that will read them.</param>
    /// <param name="buffer">What holds them; the caller's to dispose of.</param>
    /// <param name="into">What is to hold them, and others at other times; null: a buffer of their own.</param>
    public static PackedMatrix[] Create(
        int count, int depth, int columns, int vectorWidth, out AlignedBuffer buffer, AlignedBuffer? into = null)
    {
        // Each on a cache line.
        var length = (((long)depth * Padded(columns, vectorWidth)) + 15) / 16 * 16;
        var values = buffer = into ?? new AlignedBuffer(count * length, zeroed: false);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count * length, values.Length);
        return [.. Enumerable.Range(0, count)
            .Select(i => new PackedMatrix(depth, columns, vectorWidth, values, i * length, into is null))];
    }

    private static int Padded(int columns, int vectorWidth) => (columns + vectorWidth - 1) / vectorWidth * vectorWidth;
}
