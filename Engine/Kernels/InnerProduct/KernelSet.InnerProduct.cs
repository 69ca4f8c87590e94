namespace MlPipeline.Engine.Kernels;

/// <content>Inner products of rows.</content>
internal abstract unsafe partial class KernelSet
{
    /// <summary>Columns of a tile of inner products.</summary>
    public const int DotColumns = 4;

    /// <summary>Columns of <see cref="DotRow"/>.</summary>
    public const int DotRowColumns = 8;

    /// <summary>Most rows of a tile of inner products.</summary>
    public abstract int DotRows { get; }

    /// <summary>The kernel for a tile of some rows (1 to <see cref="DotRows"/>) by <see cref="DotColumns"/>.</summary>
    public abstract delegate*<float*, nint, float**, nint, nint, float*, void> DotTile(int rows);

    /// <summary>One row by <see cref="DotRowColumns"/> columns, from sums of zero.</summary>
    public abstract void DotRow(float* a, float* b, nint ldb, nint depth, float* sums);

    /// <summary>The sum of a vector's lanes, in an order of its own.</summary>
    public abstract float DotTotal(float* lanes);
}
