namespace MlPipeline.Engine.Plans.Steps;

/// <summary>A function of one number, over a map or a row-major value; may work in place.</summary>
internal sealed unsafe class FunctionStep(string name, int threads, Func<float, float> function, Place input, Place output)
    : RangeStep(name, threads, Items(output), output.Length * 8, input, output)
{
    private const int Block = 1024;

    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        float* x = workspace.Address(input), y = workspace.Address(output);
        bool rowMajor = output.Layout == Layout.RowMajor;
        int length = rowMajor ? Block : output.Channels;
        for (int item = first; item < end; item++)
        {
            float* from = x + ((nint)item * (rowMajor ? Block : input.PixelStride));
            float* to = y + ((nint)item * (rowMajor ? Block : output.PixelStride));
            int count = rowMajor ? (int)Math.Min(Block, output.Length - ((long)item * Block)) : length;
            for (int i = 0; i < count; i++)
            {
                to[i] = function(from[i]);
            }
        }
    }

    private static int Items(Place output) =>
        output.Layout == Layout.RowMajor ? (int)((output.Length + Block - 1) / Block) : output.Pixels;
}
