using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// Which algorithm does a convolution: the one with the least estimated time for one image, whatever the batch and the threads.
/// </summary>
/// <remarks>Were batch or threads to count, they would change the order of sums, and with it the bits of the results.</remarks>
internal static class ConvolutionChoice
{
    /// <summary>Multiply-adds in vectors of 16 done while one vector of weights comes from memory.</summary>
    private const double WeightVectorCost = 8;

    /// <summary>Where filters step by two pixels less is gained: it is lost where weights grow out of the caches.</summary>
    private const long StridedWeightBytes = 12 << 20;

    /// <summary>The minimal filtering algorithm, or null for the matrix product.</summary>
    public static WinogradForm? Winograd(ConvolutionGeometry g)
    {
        if (g.InputChannels < 16 || g.OutputChannels < 16)
        {
            return null;
        }

        int taps = g.KernelHeight * g.KernelWidth;
        double least = Math.Max(Products(g, (double)g.OutputPixels * taps), WeightCost(g, taps)) * 1.1;
        WinogradForm? best = null;
        foreach (WinogradForm form in WinogradForm.All)
        {
            if (form.CanDo(g) && Cost(g, form) is var cost && cost < least)
            {
                (best, least) = (form, cost);
            }
        }

        return best;
    }

    private static double Cost(ConvolutionGeometry g, WinogradForm form)
    {
        double tiles = form.TilesOf(g), transforms = tiles * (g.InputChannels + g.OutputChannels) / 16.0 * form.Cost;
        if (form.IsStrided && sizeof(float) * (long)form.Matrices * g.InputChannels * g.OutputChannels > StridedWeightBytes)
        {
            return double.PositiveInfinity;
        }

        return Math.Max(Products(g, tiles * form.Components), WeightCost(g, form.Matrices)) + transforms;
    }

    private static double Products(ConvolutionGeometry g, double perChannelPair) =>
        perChannelPair * g.InputChannels * g.OutputChannels / 16.0;

    private static double WeightCost(ConvolutionGeometry g, int matrices) =>
        WeightVectorCost * matrices * g.InputChannels * g.OutputChannels / 16.0;
}
