using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Gemm;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>Packed weights hold, bit for bit, what one weight after the other would give.</summary>
public sealed unsafe class PackingTests
{
    public static TheoryData<int> Widths => [.. KernelSet.Supported().Select(k => k.VectorWidth)];

    [Theory]
    [MemberData(nameof(Widths))]
    public void Transformed_weights_are_those_of_each_filter_by_itself(int width)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        foreach (var form in WinogradForm.All)
        {
            for (var seed = 0; seed < 4; seed++)
            {
                var problem = Problem(form.Y.Taps, form.X.Taps, seed);
                var scale = seed % 2 == 0 ? problem.Scale : [];
                using var weights =
                    WinogradWeights.Pack(kernels, form, problem.Geometry, problem.Weights, problem.Bias, scale);
                Fill(seed, weights);
                CheckTransformed(kernels, form, problem, scale, weights);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Widths))]
    public void Weights_of_products_are_the_scaled_ones_by_tap_and_channel(int width)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        for (var seed = 0; seed < 8; seed++)
        {
            var side = 1 + (seed % 3);
            var problem = Problem(side, side, seed);
            var g = problem.Geometry;
            var scale = seed % 2 == 0 ? problem.Scale : [];
            using var weights = ConvolutionWeights.Pack(kernels, g, problem.Weights, problem.Bias, scale);
            Fill(seed, weights);
            var taps = side * side;
            CheckMatrix(weights.Matrix(0), (k, n) =>
                problem.Weights[(((n * g.InputChannels) + (k % g.InputChannels)) * taps) + (k / g.InputChannels)]
                    * Factor(scale, n));
        }
    }

    [Fact]
    public void Many_are_filled_together_and_only_once()
    {
        var problem = Problem(3, 3, 1);
        ConvolutionWeights[] all = [.. Enumerable.Range(0, 5).Select(_ =>
            ConvolutionWeights.Pack(KernelSet.Best, problem.Geometry, problem.Weights, problem.Bias, []))];
        Fill(2, all);
        var first = all[4].Matrix(0).Panel(0)[0];
        Assert.Equal(problem.Weights[0], first);

        all[4].Matrix(0).Panel(0)[0] = first + 1;
        Fill(0, all);
        Assert.Equal(first + 1, all[4].Matrix(0).Panel(0)[0]);
        Assert.All(all, w => w.Dispose());
    }

    /// <summary>Channels that are neither whole vectors nor whole blocks.</summary>
    private static ConvolutionCase Problem(int height, int width, int seed) => new(
        ConvolutionSweep.Plain(seed, height, width) with { InputChannels = 5 + (3 * seed), OutputChannels = 29 + (5 * seed) },
        seed,
        residual: false);

    private static void Fill(int seed, params ConvolutionWeights[] weights)
    {
        using var pool = new WorkerPool(1 + (seed % 3));
        ConvolutionWeights.Fill(weights, pool);
    }

    private static float Factor(float[] scale, int channel) => scale.Length == 0 ? 1 : scale[channel];

    private static void CheckTransformed(
        KernelSet kernels, WinogradForm form, ConvolutionCase problem, float[] scale, ConvolutionWeights weights)
    {
        int lanes = kernels.VectorWidth, depth = problem.Geometry.InputChannels, matrices = form.Matrices;
        var memory = stackalloc float[(((form.Taps + matrices) * lanes) + 16)];
        float* taps = (float*)(((nint)memory + 63) & ~63), components = taps + (form.Taps * lanes);
        var transforms = kernels.Winograd(form.Y, form.X);
        var expected = new float[matrices, depth, problem.Geometry.OutputChannels];
        for (var n = 0; n < problem.Geometry.OutputChannels; n++)
        {
            for (var c = 0; c < depth; c++)
            {
                new Span<float>(taps, form.Taps * lanes).Clear();
                for (var t = 0; t < form.Taps; t++)
                    taps[t * lanes] = problem.Weights[(((n * depth) + c) * form.Taps) + t] * Factor(scale, n);

                transforms.Filter(taps, components);
                for (var i = 0; i < matrices; i++)
                    expected[i, c, n] = components[i * lanes];
            }
        }

        for (var i = 0; i < matrices; i++)
            CheckMatrix(weights.Matrix(i), (k, n) => expected[i, k, n]);
    }

    private static void CheckMatrix(PackedMatrix matrix, Func<int, int, float> expected)
    {
        for (var panel = 0; panel < matrix.Panels; panel++)
        {
            var width = matrix.PanelVectors(panel) * matrix.VectorWidth;
            for (var k = 0; k < matrix.Depth; k++)
            {
                for (var column = 0; column < width; column++)
                {
                    var n = (panel * matrix.PanelWidth) + column;
                    var wanted = n < matrix.Columns ? expected(k, n) : 0;
                    var actual = matrix.Panel(panel)[((long)k * width) + column];
                    if (wanted != actual)
                        Assert.Fail($"({k}, {n}) is {actual}, not {wanted}");
                }
            }
        }
    }
}
