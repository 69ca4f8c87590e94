using MlPipeline.Engine.Kernels;
using MlPipeline.Engine.Plans.Lowering;

namespace MlPipeline.Engine.Plans.Steps;

/// <summary>
/// A function of one number, over a map or a row-major value, by its kernel if it has one; may work in place. The items are
/// pixels, or blocks of elements where nothing has gaps.
/// </summary>
internal sealed unsafe class FunctionStep(
    string name, int threads, KernelSet kernels, MapFunction? map, Func<float, float> function, Place input, Place output)
    : RangeStep(name, threads, Items(input, output), output.Length * (map is null ? 8 : 2), input, output)
{
    private const int Block = 1024;

    public override string Algorithm => map is null ? "function, one by one" : "function";

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* x = workspace.Address(input), y = workspace.Address(output);
        var dense = IsDense(input, output);
        for (var item = first; item < end; item++)
        {
            var from = x + ((nint)item * (dense ? Block : input.PixelStride));
            var to = y + ((nint)item * (dense ? Block : output.PixelStride));
            var count = dense ? (int)Math.Min(Block, output.Length - ((long)item * Block)) : output.Channels;
            if (map is { } fast)
            {
                kernels.Function(fast.Kind, from, to, count, fast.Alpha, fast.Beta);
                continue;
            }

            for (var i = 0; i < count; i++)
                to[i] = function(from[i]);
        }
    }

    private static bool IsDense(Place input, Place output) => input.IsDense && output.IsDense;

    private static int Items(Place input, Place output) =>
        IsDense(input, output) ? (int)((output.Length + Block - 1) / Block) : output.Pixels;
}
