using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Threading;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class WinogradTests
{
    public static TheoryData<int, string> WidthsAndForms
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var kernels in KernelSet.Supported())
            {
                foreach (var form in WinogradForm.All)
                    data.Add(kernels.VectorWidth, form.ToString());
            }

            return data;
        }
    }

    public static TheoryData<string> Forms => [.. WinogradForm.All.Select(f => f.ToString())];

    [Theory]
    [MemberData(nameof(WidthsAndForms))]
    public void MatchesTheNaiveConvolution(int width, string name)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        var form = FormOf(name);

        // Rounding errors grow with the number of points.
        var tolerance = Math.Max(form.Y.Inputs, form.X.Inputs) > 6 ? 8e-6 : 4e-6;
        for (var seed = 0; seed < ConvolutionSweep.Size / 2; seed++)
        {
            using var pool = new WorkerPool(1 + (seed % 2));
            var groups = seed % 4 == 3 ? 2 + (seed % 3) : 1;
            var geometry = ConvolutionSweep.Plain(seed, form.Y.Taps, form.X.Taps, form.Y.Stride, groups);
            Assert.True(form.CanDo(geometry));
            var problem = new ConvolutionCase(geometry, seed, residual: seed % 2 == 0);
            var epilogue = seed % 3 == 0 ? ConvolutionEpilogue.Relu : ConvolutionEpilogue.None;
            problem.AssertMatches(Run(kernels, form, problem, pool, epilogue), epilogue, tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(WidthsAndForms))]
    public void MatchesTheNaiveConvolutionAtEveryEdge(int width, string name)
    {
        var kernels = KernelSet.Supported().Single(k => k.VectorWidth == width);
        var form = FormOf(name);
        using var pool = new WorkerPool(1);
        for (var i = 0; i < 16; i++)
        {
            int height = 5 + (i / 4), side = 5 + (i % 4);
            var geometry = new ConvolutionGeometry
            {
                Batch = 2,
                InputChannels = 19,
                OutputChannels = 17,
                InputHeight = (form.Y.Stride * (height - 1)) + form.Y.Taps - (form.Y.Taps / 2),
                InputWidth = (form.X.Stride * (side - 1)) + form.X.Taps - (form.X.Taps / 2),
                OutputHeight = height,
                OutputWidth = side,
                KernelHeight = form.Y.Taps,
                KernelWidth = form.X.Taps,
                StrideY = form.Y.Stride,
                StrideX = form.X.Stride,
                PadTop = form.Y.Taps / 2,
                PadLeft = form.X.Taps / 2,
            };
            var problem = new ConvolutionCase(geometry, i, residual: false);
            problem.AssertMatches(Run(kernels, form, problem, pool, ConvolutionEpilogue.None), ConvolutionEpilogue.None, 8e-6);
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void GivesTheSameBitsForAnyThreadCount(string name)
    {
        var form = FormOf(name);
        for (var seed = 0; seed < 6; seed++)
        {
            var groups = seed < 4 ? 1 : 3;
            var geometry = ConvolutionSweep.Plain(seed, form.Y.Taps, form.X.Taps, form.Y.Stride, groups) with { Batch = 7 };
            var problem = new ConvolutionCase(geometry, seed, residual: false);
            float[]? first = null;
            foreach (var threads in new[] { 1, 2, 3 })
            {
                using var pool = new WorkerPool(threads);
                var result = Run(KernelSet.Best, form, problem, pool, ConvolutionEpilogue.None);
                first ??= result;
                Assert.Equal(first, result);
            }
        }
    }

    [Fact]
    public void HasAFormOnlyWithoutDilation()
    {
        var plain = ConvolutionSweep.Plain(1, 3, 3);
        ConvolutionGeometry[] others =
        [
            plain with { StrideX = 2 },
            plain with { StrideY = 2 },
            plain with { DilationX = 2 },
            plain with { DilationY = 2 },
            plain with { KernelWidth = 4 },
            plain with { StrideX = 3, StrideY = 3 },
            plain with { StrideX = 2, StrideY = 2, KernelHeight = 1 },
        ];
        Assert.All(others, g => Assert.DoesNotContain(WinogradForm.All, f => f.CanDo(g)));
        Assert.Equal(3, WinogradForm.All.Count(f => f.CanDo(plain)));
        Assert.Equal(2, WinogradForm.All.Count(f => f.CanDo(plain with { StrideX = 2, StrideY = 2 })));
    }

    private static WinogradForm FormOf(string name) => WinogradForm.All.Single(f => f.ToString() == name);

    private static float[] Run(
        KernelSet kernels, WinogradForm form, ConvolutionCase problem, WorkerPool pool, ConvolutionEpilogue epilogue)
    {
        using var weights =
            WinogradWeights.Pack(kernels, form, problem.Geometry, problem.Weights, problem.Bias, problem.Scale);
        ConvolutionWeights.Fill([weights], pool);
        return problem.Run(new WinogradConvolution(kernels, form, problem.Geometry, weights, epilogue, pool.Threads), pool);
    }
}
