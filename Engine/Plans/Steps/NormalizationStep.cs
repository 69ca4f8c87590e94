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
