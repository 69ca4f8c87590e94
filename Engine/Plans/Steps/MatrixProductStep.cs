using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>
/// Products of two stacks of as many matrices, both computed in the run; the items are panels of columns, each packed when its
/// turn comes.
/// </summary>
internal sealed unsafe class MatrixProductStep(
    string name,
    int threads,
    KernelSet kernels,
    int matrices,
    int rows,
    int depth,
    int columns,
    ConvolutionEpilogue clamp,
    Place left,
    Place right,
    Place output)
    : RangeStep(name, threads, matrices * Panels(kernels, columns), (long)matrices * rows * depth * columns / 8, left, right,
        output)
{
    /// <summary>The panel, a start of zeros, and a tile.</summary>
    public override long ScratchFloats => (long)kernels.PanelWidth * (depth + 1 + kernels.TileRows);

    public override string Algorithm => "matrix products";

    public override long MultiplyAdds => (long)matrices * rows * depth * columns;

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        int width = kernels.PanelWidth, panels = Panels(kernels, columns);
        float* panel = workspace.Scratch(worker), zeros = panel + ((nint)depth * width);
        new Span<float>(zeros, width).Clear();
        TileEpilogue epilogue = default;
        epilogue.Bias = zeros;
        (epilogue.Clamp, epilogue.Low, epilogue.High) = (clamp.Clamps, clamp.Low, clamp.High);
        epilogue.Scratch = zeros + width;
        for (var item = first; item < end; item++)
        {
            nint matrix = item / panels;
            var column = item % panels * width;
            epilogue.Columns = Math.Min(width, columns - column);
            Pack(workspace.Address(right) + (matrix * depth * columns) + column, panel, width, epilogue.Columns);
            var a = workspace.Address(left) + (matrix * rows * depth);
            var c = workspace.Address(output) + (matrix * rows * columns) + column;
            for (var row = 0; row < rows; row += kernels.TileRows)
            {
                var count = Math.Min(kernels.TileRows, rows - row);
                kernels.Tile(count, 2)(a + ((nint)row * depth), depth, 1, panel, depth, c + ((nint)row * columns), columns,
                    &epilogue);
            }
        }
    }

    private static int Panels(KernelSet kernels, int columns) => (columns + kernels.PanelWidth - 1) / kernels.PanelWidth;

    private void Pack(float* source, float* panel, int width, int count)
    {
        for (var k = 0; k < depth; k++)
        {
            var row = new Span<float>(panel + ((nint)k * width), width);
            new ReadOnlySpan<float>(source + ((nint)k * columns), count).CopyTo(row);
            row[count..].Clear();
        }
    }
}
