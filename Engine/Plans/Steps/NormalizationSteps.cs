using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Memory;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Normalisation of each row by its own mean and variance; the items are the rows of a matrix.</summary>
internal sealed unsafe class NormalizationStep(
    string name, int threads, KernelSet kernels, Place input, AlignedBuffer scale, AlignedBuffer shift, Place output,
    float epsilon)
    : RangeStep(name, threads, input.Pixels, input.Length * 4, input, output)
{
    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* x = workspace.Address(input), y = workspace.Address(output);
        for (nint row = first; row < end; row++)
        {
            kernels.NormalizeRow(
                x + (row * input.PixelStride), scale.Pointer, shift.Pointer, y + (row * output.PixelStride), input.Channels,
                epsilon);
        }
    }
}

/// <summary>Local response normalisation across channels with exponent 0.75; the items are pixels.</summary>
internal sealed unsafe class LocalResponseStep(
    string name, int threads, KernelSet kernels, Place input, Place output, int size, float alpha, float bias)
    : RangeStep(name, threads, input.Pixels, input.Length * 2, input, output)
{
    public override string Algorithm => "local response normalisation";

    public override long ScratchFloats => input.Channels + size + 64;

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        var squares = workspace.Scratch(worker);
        int before = (size - 1) / 2, channels = input.Channels;
        new Span<float>(squares, (int)ScratchFloats).Clear();
        for (var pixel = first; pixel < end; pixel++)
        {
            var x = workspace.Address(input) + ((nint)pixel * input.PixelStride);
            kernels.Elementwise(
                Kernels.Elementwise.ElementwiseKind.Multiply,
                x,
                x,
                null,
                squares + before,
                channels,
                float.NegativeInfinity,
                float.PositiveInfinity);
            var y = workspace.Address(output) + ((nint)pixel * output.PixelStride);
            kernels.NormalizeChannels(x, squares, y, channels, size, alpha / size, bias);
        }
    }
}

/// <summary>exp(x - max) / sum over each pixel's channels; the items are pixels.</summary>
internal sealed unsafe class SoftmaxStep(string name, int threads, KernelSet kernels, Place input, Place output)
    : RangeStep(name, threads, input.Pixels, input.Length * 16, input, output)
{
    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* x = workspace.Address(input), y = workspace.Address(output);
        for (nint pixel = first; pixel < end; pixel++)
            kernels.Softmax(x + (pixel * input.PixelStride), y + (pixel * output.PixelStride), input.Channels);
    }
}
