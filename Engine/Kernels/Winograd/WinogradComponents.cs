namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Components of a tile that are products with the same weights; they lie together, column by column.</summary>
/// <param name="First">Where the first of them lies.</param>
/// <param name="Y">Its number along the tile's columns.</param>
/// <param name="X">Its number along the tile's rows.</param>
/// <param name="Rows">How many there are of each column.</param>
/// <param name="Columns">Of how many columns.</param>
internal readonly record struct WinogradComponents(int First, int Y, int X, int Rows, int Columns)
{
    public int Count => Rows * Columns;
}
