using MlPipeline.Engine.Kernels.Convolution;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>The algorithms along both sides of a tile, and with them the filters they are for.</summary>
/// <param name="Y">Along columns.</param>
/// <param name="X">Along rows.</param>
/// <param name="Cost">
/// Vector operations that transforming a tile costs, for each vector of input and output channels together.
/// </param>
internal sealed record WinogradForm(WinogradAxis Y, WinogradAxis X, double Cost)
{
    /// <summary>3x3 in tiles of 4x4.</summary>
    public static WinogradForm Square4Of3 { get; } = new(WinogradAxis.F4Of3, WinogradAxis.F4Of3, 190);

    /// <summary>3x3 in tiles of 4x2: fewer weights than 4x4, fewer products than 2x2.</summary>
    public static WinogradForm Mixed4And2Of3 { get; } = new(WinogradAxis.F4Of3, WinogradAxis.F2Of3, 110);

    /// <summary>3x3 in tiles of 2x2.</summary>
    public static WinogradForm Square2Of3 { get; } = new(WinogradAxis.F2Of3, WinogradAxis.F2Of3, 60);

    /// <summary>5x5 in tiles of 2x2.</summary>
    public static WinogradForm Square2Of5 { get; } = new(WinogradAxis.F2Of5, WinogradAxis.F2Of5, 170);

    /// <summary>1x3 in tiles of 1x4.</summary>
    public static WinogradForm Row4Of3 { get; } = new(WinogradAxis.None, WinogradAxis.F4Of3, 25);

    /// <summary>3x1 in tiles of 4x1.</summary>
    public static WinogradForm Column4Of3 { get; } = new(WinogradAxis.F4Of3, WinogradAxis.None, 25);

    /// <summary>1x7 in tiles of 1x4.</summary>
    public static WinogradForm Row4Of7 { get; } = new(WinogradAxis.None, WinogradAxis.F4Of7, 50);

    /// <summary>7x1 in tiles of 4x1.</summary>
    public static WinogradForm Column4Of7 { get; } = new(WinogradAxis.F4Of7, WinogradAxis.None, 50);

    /// <summary>3x3 of stride 2 in tiles of 4x4.</summary>
    public static WinogradForm Strided4Of3 { get; } = new(WinogradAxis.F4Of3Strided, WinogradAxis.F4Of3Strided, 1300);

    /// <summary>3x3 of stride 2 in tiles of 2x2.</summary>
    public static WinogradForm Strided2Of3 { get; } = new(WinogradAxis.F2Of3Strided, WinogradAxis.F2Of3Strided, 280);

    /// <summary>Every form that there are kernels for.</summary>
    public static IReadOnlyList<WinogradForm> All { get; } =
        [Square4Of3, Mixed4And2Of3, Square2Of3, Square2Of5, Row4Of3, Column4Of3, Row4Of7, Column4Of7, Strided4Of3, Strided2Of3];

    /// <summary>Products that stand for a tile's outputs.</summary>
    public int Components => Y.Inputs * X.Inputs;

    /// <summary>Matrices of weights.</summary>
    public int Matrices => Y.Weights * X.Weights;

    /// <summary>Whether components share matrices, those that do lying one after the other.</summary>
    public bool IsStrided => Y.Stride > 1;

    /// <summary>Weights of a filter.</summary>
    public int Taps => Y.Taps * X.Taps;

    /// <summary>Whether it does such a convolution.</summary>
    public bool CanDo(ConvolutionGeometry geometry) =>
        geometry is { DilationX: 1, DilationY: 1 } && geometry.StrideY == Y.Stride && geometry.StrideX == X.Stride
        && geometry.KernelHeight == Y.Taps && geometry.KernelWidth == X.Taps;

    /// <summary>Tiles that cover a map.</summary>
    public int TilesOf(ConvolutionGeometry geometry) =>
        Y.TilesOf(geometry.OutputHeight) * X.TilesOf(geometry.OutputWidth);

    /// <summary>Products that stand for a map, for each pair of channels.</summary>
    public int ProductsOf(ConvolutionGeometry geometry) =>
        Y.ComponentsOf(geometry.OutputHeight) * X.ComponentsOf(geometry.OutputWidth);

    /// <summary>The components that are products with one matrix.</summary>
    /// <remarks>
    /// Of stride 2, rows of components that come from odd rows of pixels stand last and lie column by column, so that what one
    /// matrix multiplies lies together.
    /// </remarks>
    public WinogradComponents ComponentsOf(int matrix)
    {
        int y = matrix / X.Weights, x = matrix % X.Weights;
        int rows = IsStrided && y == Y.Weights - 1 ? Y.Outputs : 1, columns = IsStrided && x == X.Weights - 1 ? X.Outputs : 1;
        return new WinogradComponents((y * X.Inputs) + (x * rows), y, x, rows, columns);
    }

    public override string ToString() => $"F({Y.Outputs}x{X.Outputs}, {Y.Taps}x{X.Taps}){(IsStrided ? "/2" : string.Empty)}";
}
