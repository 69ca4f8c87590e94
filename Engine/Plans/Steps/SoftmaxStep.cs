using MlPipeline.Engine.Kernels;

namespace MlPipeline.Engine.Plans.Steps;

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
