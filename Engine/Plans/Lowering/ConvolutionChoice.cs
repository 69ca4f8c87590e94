using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Plans.Lowering;

/// <summary>
/// Which algorithm does a convolution: the one with the least estimated time for one image, whatever the batch and the threads.
/// </summary>
/// <remarks>
/// Were batch or threads to count, they would change the order of sums, and with it the bits of the results. Where weights are
/// trained the batch does count: a step depends on what is in its batch anyway.
/// </remarks>
internal static class ConvolutionChoice
{
    /// <summary>Multiply-adds in vectors of 16 done while one vector of weights comes from memory.</summary>
    private const double WeightVectorCost = 10;

    /// <summary>The same while a vector of weights that are trained is packed and goes to memory.</summary>
    private const double PackedVectorCost = 30;

    /// <summary>The minimal filtering algorithm, or null for the matrix product.</summary>
    public static WinogradForm? Winograd(ConvolutionGeometry g) => Winograd(g, WeightVectorCost);

    /// <summary>The same for weights that are packed anew for every batch.</summary>
    public static WinogradForm? OfTrained(ConvolutionGeometry g) =>
        Winograd(g, (WeightVectorCost + PackedVectorCost) / g.Batch);

    private static WinogradForm? Winograd(ConvolutionGeometry g, double weightCost)
    {
        if (g.GroupInputs < 16 || g.GroupOutputs < 16)
            return null;
        var taps = g.KernelHeight * g.KernelWidth;
        var least = ForEachPair(g, taps * Math.Max(g.OutputPixels, weightCost)) * 1.1;
        WinogradForm? best = null;
        foreach (var form in WinogradForm.All)
        {
            if (form.CanDo(g) && Cost(g, form, weightCost) is var cost && cost < least)
                (best, least) = (form, cost);
        }

        return best;
    }

    private static double Cost(ConvolutionGeometry g, WinogradForm form, double weightCost)
    {
        double tiles = form.TilesOf(g), transforms = tiles * (g.InputChannels + g.OutputChannels) / 16.0 * form.Cost;
        double rows = (double)form.ProductsOf(g) / form.Components, products = 0;
        for (var matrix = 0; matrix < form.Matrices; matrix++)
            products += Math.Max(rows * form.ComponentsOf(matrix).Count, weightCost);
        return ForEachPair(g, products) + transforms;
    }

    private static double ForEachPair(ConvolutionGeometry g, double vectors) =>
        vectors * g.GroupInputs * g.OutputChannels / 16.0;
}
