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
        var output = new float[g.Batch * g.OutputPixels * g.OutputStride];
        for (var n = 0; n < g.Batch; n++)
        {
            for (var y = 0; y < g.OutputHeight; y++)
            {
                for (var x = 0; x < g.OutputWidth; x++)
                {
                    var pixel = (((n * g.OutputHeight) + y) * g.OutputWidth) + x;
                    for (var o = 0; o < g.OutputChannels; o++)
                    {
                        var sum = bias[o] + Sum(g, input, weights, n, y, x, o);
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
        var group = o / g.GroupOutputs;
        for (var ky = 0; ky < g.KernelHeight; ky++)
        {
            for (var kx = 0; kx < g.KernelWidth; kx++)
            {
                int iy = (y * g.StrideY) - g.PadTop + (ky * g.DilationY), ix = (x * g.StrideX) - g.PadLeft + (kx * g.DilationX);
                if (iy < 0 || ix < 0 || iy >= g.InputHeight || ix >= g.InputWidth)
                    continue;

                var pixel = (((n * g.InputHeight) + iy) * g.InputWidth) + ix;
                for (var c = 0; c < g.GroupInputs; c++)
                {
                    var w = (((((o * g.GroupInputs) + c) * g.KernelHeight) + ky) * g.KernelWidth) + kx;
                    sum += (double)weights[w] * input[(pixel * g.InputStride) + (group * g.GroupInputs) + c];
                }
            }
        }

        return sum;
    }
}
