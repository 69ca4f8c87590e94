using System.Runtime.CompilerServices;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Elementwise;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Simd;

namespace MlPipeline.Engine.Kernels.Gradients;

/// <summary>
/// The gradient of a convolution's input, whatever its strides, pads, dilations and groups: image by image the output gradient
/// times the transposed weights gives what each window gives back to its taps, and each input pixel sums what it is given, tap
/// by tap.
/// </summary>
/// <param name="kernels">Vector width.</param>
/// <param name="geometry">The convolution's sizes; maps are dense.</param>
internal sealed unsafe class InputGradient(KernelSet kernels, ConvolutionGeometry geometry)
{
    // What a few rows of windows give back stays in the second-level cache.
    private const int BandFloats = 1 << 17;

    private readonly int _columns = geometry.Depth;
    private readonly nint _stride = (geometry.Depth + 15) / 16 * 16;
    private readonly int _bandRows =
        Math.Clamp(BandFloats / (geometry.OutputWidth * ((geometry.Depth + 15) / 16 * 16)), 1, geometry.OutputHeight);

    public int Tasks => geometry.Batch;

    /// <summary>Floats of memory that each thread needs.</summary>
    public long ScratchFloats =>
        ((long)_bandRows * geometry.OutputWidth * _stride) + ((kernels.TileRows + 1) * kernels.PanelWidth) + 192;

    /// <summary>The weights of all groups: output channel, tap, input channel of the group, as <see cref="Reorder"/> has
    /// them.</summary>
    public ConvolutionWeights Pack(float[] reordered, Memory.AlignedBuffer? into)
    {
        var matrices = PackedMatrix.Create(
            geometry.Groups, geometry.GroupOutputs, _columns, kernels.VectorWidth, out var buffer, into);
        return new ConvolutionWeights(new Packing(matrices, reordered), matrices, buffer, 1, []);
    }

    /// <summary>Some output channels' weights with the channels of a tap together.</summary>
    public static void Reorder(ConvolutionGeometry g, float[] weights, float[] target, int first, int end)
    {
        int taps = g.KernelHeight * g.KernelWidth, channels = g.GroupInputs;
        fixed (float* from = weights, to = target)
        {
            for (var m = first; m < end; m++)
            {
                var filter = (nint)m * channels * taps;
                Transposition.Of(from + filter, taps, channels, taps, to + filter, channels);
            }
        }
    }

    /// <summary>Does one image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Execute(
        ConvolutionWeights weights, float* gradient, float* addend, float* target, float* scratch, int image)
    {
        var g = geometry;
        var imageFloats = (nint)g.InputHeight * g.InputWidth * g.InputChannels;
        target += image * imageFloats;
        gradient += (nint)image * g.OutputPixels * g.OutputChannels;
        var given = new Span<float>(target, (int)imageFloats);
        if (addend == null)
            given.Clear();
        else
            new ReadOnlySpan<float>(addend + (image * imageFloats), (int)imageFloats).CopyTo(given);
        var zeros = (float*)(((nint)scratch + 63) & ~63);
        var products = zeros + ((kernels.TileRows + 1) * kernels.PanelWidth);
        new Span<float>(zeros, kernels.PanelWidth).Clear();
        for (var group = 0; group < g.Groups; group++)
        {
            for (var row = 0; row < g.OutputHeight; row += _bandRows)
            {
                var end = Math.Min(g.OutputHeight, row + _bandRows);
                var first = gradient + ((nint)row * g.OutputWidth * g.OutputChannels) + ((nint)group * g.GroupOutputs);
                Multiply(weights.Matrix(group), first, (end - row) * g.OutputWidth, zeros, products);
                GiveBack(products, row, end, target + ((nint)group * g.GroupInputs));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply(PackedMatrix matrix, float* gradient, int rows, float* zeros, float* products)
    {
        TileEpilogue epilogue = default;
        epilogue.Bias = zeros;
        epilogue.Scratch = zeros + kernels.PanelWidth;
        var blocks = (rows + kernels.TileRows - 1) / kernels.TileRows;
        for (var panel = 0; panel < matrix.Panels; panel++)
        {
            epilogue.Columns = matrix.PanelColumns(panel);
            for (var block = 0; block < blocks; block++)
            {
                int row = (int)((long)rows * block / blocks), count = (int)((long)rows * (block + 1) / blocks) - row;
                kernels.Tile(count, matrix.PanelVectors(panel))(
                    gradient + ((nint)row * geometry.OutputChannels), geometry.OutputChannels, 1, matrix.Panel(panel),
                    matrix.Depth, products + (row * _stride) + ((nint)panel * kernels.PanelWidth), _stride, &epilogue);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void GiveBack(float* products, int firstRow, int endRow, float* target)
    {
        var g = geometry;
        for (var oy = firstRow; oy < endRow; oy++)
        {
            for (var ox = 0; ox < g.OutputWidth; ox++)
            {
                var from = products + ((((nint)(oy - firstRow) * g.OutputWidth) + ox) * _stride);
                for (var ky = 0; ky < g.KernelHeight; ky++)
                {
                    var y = (oy * g.StrideY) - g.PadTop + (ky * g.DilationY);
                    for (var kx = 0; kx < g.KernelWidth; kx++, from += g.GroupInputs)
                    {
                        var x = (ox * g.StrideX) - g.PadLeft + (kx * g.DilationX);
                        if ((uint)y >= (uint)g.InputHeight || (uint)x >= (uint)g.InputWidth)
                            continue;
                        var to = target + ((((nint)y * g.InputWidth) + x) * g.InputChannels);
                        kernels.Elementwise(
                            ElementwiseKind.Add, to, from, null, to, g.GroupInputs, float.NegativeInfinity,
                            float.PositiveInfinity);
                    }
                }
            }
        }
    }

    private sealed class Packing(PackedMatrix[] matrices, float[] reordered) : IPacking
    {
        public int Tasks => matrices.Length * matrices[0].Panels;

        public void Execute(object state, int phase, int task, int worker)
        {
            var matrix = matrices[task / matrices[0].Panels];
            fixed (float* source = reordered)
            {
                var group = source + ((long)(task / matrices[0].Panels) * matrix.Depth * matrix.Columns);
                matrix.Fill(task % matrices[0].Panels, 0, matrix.Depth, group, matrix.Columns, 1);
            }
        }
    }
}
