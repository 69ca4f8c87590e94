using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// Which algorithm does a convolution: the one with the least estimated time for one image, whatever the batch and the threads.
/// </summary>
/// <remarks>Were batch or threads to count, they would change the order of sums, and with it the bits of the results.</remarks>
internal static class ConvolutionChoice
{
    /// <summary>
    /// Vector operations that transforming a tile costs, for each vector of input and output channels together.
    /// </summary>
    private const double TransformF4 = 190;
    private const double TransformF2 = 60;

    /// <summary>Multiply-adds in vectors of 16 done while one vector of weights comes from memory.</summary>
    private const double WeightVectorCost = 6;

    /// <summary>The m of F(m x m, 3 x 3), or 0 for the matrix product.</summary>
    public static int WinogradOutputs(ConvolutionGeometry g)
    {
        if (!WinogradConvolution.CanDo(g) || g.InputChannels < 16 || g.OutputChannels < 16)
        {
            return 0;
        }

        double direct = Math.Max(Products(g, g.OutputPixels * 9.0), WeightCost(g, 9)) * 1.1;
        double f2 = Winograd(g, 2, TransformF2), f4 = Winograd(g, 4, TransformF4);
        return f4 <= f2 && f4 < direct ? 4 : f2 < direct ? 2 : 0;
    }

    private static double Winograd(ConvolutionGeometry g, int outputs, double transform)
    {
        double tiles = Math.Ceiling((double)g.OutputHeight / outputs) * Math.Ceiling((double)g.OutputWidth / outputs);
        int components = (outputs + 2) * (outputs + 2);
        double transforms = tiles * (g.InputChannels + g.OutputChannels) / 16.0 * transform;
        return Math.Max(Products(g, tiles * components), WeightCost(g, components)) + transforms;
    }

    private static double Products(ConvolutionGeometry g, double perChannelPair) =>
        perChannelPair * g.InputChannels * g.OutputChannels / 16.0;

    private static double WeightCost(ConvolutionGeometry g, int components) =>
        WeightVectorCost * components * g.InputChannels * g.OutputChannels / 16.0;
}
