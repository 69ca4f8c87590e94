using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Kernels.Threading;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>One convolution with seeded data, run by any kernel and by the oracle.</summary>
internal sealed unsafe class ConvolutionCase
{
    public ConvolutionCase(ConvolutionGeometry geometry, int seed, bool residual)
    {
        var random = new Random(seed);
        Geometry = geometry;
        Input = Random(random, geometry.Batch * geometry.InputHeight * geometry.InputWidth * geometry.InputStride);
        Weights = Random(random, geometry.OutputChannels * geometry.Depth);
        Bias = Random(random, geometry.OutputChannels);
        Scale = seed % 2 == 0 ? [] : Random(random, geometry.OutputChannels);
        Residual = residual ? Random(random, geometry.Batch * geometry.OutputPixels * geometry.ResidualPixelStride) : null;
    }

    public ConvolutionGeometry Geometry { get; }

    public float[] Input { get; }

    public float[] Weights { get; }

    public float[] Bias { get; }

    /// <summary>Factors of the output channels; empty: none.</summary>
    public float[] Scale { get; }

    public float[]? Residual { get; }

    public static float[] Random(Random random, int length)
    {
        var values = new float[length];
        for (var i = 0; i < length; i++)
            values[i] = (random.NextSingle() * 2) - 1;

        return values;
    }

    /// <summary>Runs a kernel; the output's gaps between pixels keep the value 77.</summary>
    public float[] Run(ConvolutionKernel kernel, WorkerPool pool)
    {
        var g = Geometry;
        var outputs = g.Batch * g.OutputPixels * g.OutputStride;
        using AlignedBuffer input = Copy(Input), output = new(outputs), shared = new(kernel.SharedFloats);
        using var residual = Residual is null ? null : Copy(Residual);
        using var scratch = new AlignedBuffer(kernel.ScratchFloats * pool.Threads);
        output.Span(0, outputs).Fill(77);
        shared.Span(0, (int)kernel.SharedFloats).Fill(float.NaN);
        scratch.Span(0, (int)kernel.ScratchFloats * pool.Threads).Fill(float.NaN);
        var buffers = new ConvolutionBuffers
        {
            Input = input.Pointer,
            Output = output.Pointer,
            Residual = residual is null ? null : residual.Pointer,
            Shared = shared.Pointer,
        };
        var work = new Work(kernel, buffers, scratch.Pointer);
        for (var phase = 0; phase < kernel.Phases; phase++)
            pool.Run(work, work, phase, kernel.Tasks(phase));

        return output.Span(0, outputs).ToArray();
    }

    /// <summary>Asserts equality to within rounding, and that nothing was written between the pixels.</summary>
    public void AssertMatches(float[] actual, ConvolutionEpilogue epilogue, double tolerance)
    {
        var g = Geometry;
        var expected = NaiveConvolution.Run(g, Input, ScaledWeights(), Bias, Residual, epilogue);
        var scale = Math.Sqrt(g.Depth);
        for (var i = 0; i < expected.Length; i++)
        {
            if (i % g.OutputStride >= g.OutputChannels)
                Assert.Equal(77, actual[i]);
            else if (!(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                Assert.Fail($"element {i}: {actual[i]} where {expected[i]} is right; {g}");
        }
    }

    private float[] ScaledWeights()
    {
        var filter = Weights.Length / Geometry.OutputChannels;
        return Scale.Length == 0 ? Weights : [.. Weights.Select((w, i) => w * Scale[i / filter])];
    }

    private static AlignedBuffer Copy(float[] values)
    {
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span(0, values.Length));
        return buffer;
    }

    private sealed class Work(ConvolutionKernel kernel, ConvolutionBuffers buffers, float* scratch) : IParallelWork
    {
        public void Execute(object state, int phase, int task, int worker)
        {
            var own = buffers;
            own.Scratch = scratch + (worker * kernel.ScratchFloats);
            kernel.Execute(own, phase, task);
        }
    }
}
