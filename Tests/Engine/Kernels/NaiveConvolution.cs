using MlPipeline.Engine.Kernels.Convolution;

namespace MlPipeline.Engine.Tests.Kernels;

/// <summary>
/// Convolution as the textbook writes it, in double precision over channels-last maps: the oracle of all fast ones.
/// </summary>
internal static class NaiveConvolution
{
    public static float[] Run(
        ConvolutionGeometry g, float[] input, float[] weights, float[] bias, float[]? residual, ConvolutionEpilogue epilogue)
    {
        float[] output = new float[g.Batch * g.OutputPixels * g.OutputStride];
        for (int n = 0; n < g.Batch; n++)
        {
            for (int y = 0; y < g.OutputHeight; y++)
            {
                for (int x = 0; x < g.OutputWidth; x++)
                {
                    int pixel = (((n * g.OutputHeight) + y) * g.OutputWidth) + x;
                    for (int o = 0; o < g.OutputChannels; o++)
                    {
                        double sum = bias[o] + Sum(g, input, weights, n, y, x, o);
                        sum += residual is null ? 0 : residual[(pixel * g.ResidualPixelStride) + o];
                        output[(pixel * g.OutputStride) + o] = (float)Math.Clamp(sum, epilogue.Low, epilogue.High);
                    }
                }
            }
        }

        return output;
    }

    private static double Sum(ConvolutionGeometry g, float[] input, float[] weights, int n, int y, int x, int o)
    {
        double sum = 0;
        int group = o / g.GroupOutputs;
        for (int ky = 0; ky < g.KernelHeight; ky++)
        {
            for (int kx = 0; kx < g.KernelWidth; kx++)
            {
                int iy = (y * g.StrideY) - g.PadTop + (ky * g.DilationY), ix = (x * g.StrideX) - g.PadLeft + (kx * g.DilationX);
                if (iy < 0 || ix < 0 || iy >= g.InputHeight || ix >= g.InputWidth)
                {
                    continue;
                }

                int pixel = (((n * g.InputHeight) + iy) * g.InputWidth) + ix;
                for (int c = 0; c < g.GroupInputs; c++)
                {
                    int w = (((((o * g.GroupInputs) + c) * g.KernelHeight) + ky) * g.KernelWidth) + kx;
                    sum += (double)weights[w] * input[(pixel * g.InputStride) + (group * g.GroupInputs) + c];
                }
            }
        }

        return sum;
    }
}
