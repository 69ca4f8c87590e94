using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Kernels.Pooling;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>Pooling by windows; the items are output rows.</summary>
internal sealed unsafe class PoolingStep(string name, int threads, Pooling pooling, Place input, Place output)
    : RangeStep(name, threads, pooling.Rows, output.Length * 4, input, output)
{
    protected override void DoRange(Workspace workspace, int worker, int first, int end) =>
        pooling.Execute(workspace.Address(input), workspace.Address(output), first, end);
}

/// <summary>Mean or maximum of whole maps; the items are blocks of channels of an image.</summary>
internal sealed unsafe class GlobalPoolingStep(
    string name, int threads, KernelSet kernels, Place input, Place output, bool maximum)
    : RangeStep(name, threads, input.Batch * Blocks(input), input.Length, input, output)
{
    private const int BlockChannels = 64;

    public override string Algorithm => "global pooling";

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        int blocks = Blocks(input), pixels = input.Height * input.Width;
        float* maps = workspace.Address(input), results = workspace.Address(output);
        for (var item = first; item < end; item++)
        {
            int image = item / blocks, channel = item % blocks * BlockChannels;
            kernels.PoolMap(
                maps + ((nint)image * pixels * input.PixelStride) + channel,
                pixels,
                input.PixelStride,
                Math.Min(BlockChannels, input.Channels - channel),
                maximum,
                results + ((nint)image * output.PixelStride) + channel);
        }
    }

    private static int Blocks(Place input) => (input.Channels + BlockChannels - 1) / BlockChannels;
}
