namespace MlPipeline.Engine.Plans.Steps;

/// <summary>exp(x - max) / sum over each pixel's channels; the items are pixels.</summary>
internal sealed unsafe class SoftmaxStep(string name, int threads, Place input, Place output)
    : RangeStep(name, threads, input.Pixels, input.Length * 16, input, output)
{
    protected override void DoRange(Workspace workspace, int worker, int first, int end)
    {
        for (int pixel = first; pixel < end; pixel++)
        {
            var x = new ReadOnlySpan<float>(workspace.Address(input) + ((nint)pixel * input.PixelStride), input.Channels);
            var y = new Span<float>(workspace.Address(output) + ((nint)pixel * output.PixelStride), input.Channels);
            float most = x[0];
            foreach (float value in x)
            {
                most = MathF.Max(most, value);
            }

            double sum = 0;
            for (int i = 0; i < x.Length; i++)
            {
                y[i] = MathF.Exp(x[i] - most);
                sum += y[i];
            }

            float factor = (float)(1 / sum);
            foreach (ref float value in y)
            {
                value *= factor;
            }
        }
    }
}
