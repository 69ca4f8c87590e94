using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Kernels.Convolution;
using MlPipeline.Engine.Kernels.Winograd;

namespace MlPipeline.Engine.Tests.Kernels;

public sealed class WinogradTilingTests
{
    [Theory]
    [InlineData(7, 121, 165, 225, 324)]
    [InlineData(13, 441, 588, 784, 1089)]
    [InlineData(14, 484, 616, 784, 1225)]
    [InlineData(28, 1764, 2352, 3136, 4900)]
    public void SpendsNoProductsOnWhatLiesOverTheEdgeWhereThatIsMuch(int side, int square4, int mixed, int square2, int strided2)
    {
        var map = Map(side, side);
        Assert.Equal(square4, WinogradForm.Square4Of3.ProductsOf(map));
        Assert.Equal(mixed, WinogradForm.Mixed4And2Of3.ProductsOf(map));
        Assert.Equal(square2, WinogradForm.Square2Of3.ProductsOf(map));
        Assert.Equal(strided2, WinogradForm.Strided2Of3.ProductsOf(map));
    }

    [Fact]
    public void CoversEachOutputOnceAndMultipliesEachComponentOnce()
    {
        var runs = new (int Row, int Count)[WinogradTiling.MostRuns];
        foreach (var form in WinogradForm.All)
        {
            for (var height = 1; height < 14; height++)
            {
                var map = Map(height, 14 - height) with { Batch = 3 };
                var tiling = new WinogradTiling(form, map);
                Assert.Equal(3 * form.TilesOf(map), tiling.Tiles);
                var covered = new int[3, height, 14 - height];
                foreach (var region in tiling.Regions)
                {
                    for (var tile = region.Start; tile < region.End; tile++)
                        Cover(covered, form, region, tile);
                }

                Assert.All(covered.Cast<int>(), c => Assert.Equal(1, c));
                var products = 0;
                for (var part = 0; part < 2; part++)
                {
                    int first = tiling.Tiles * part / 2, end = tiling.Tiles * (part + 1) / 2;
                    for (var matrix = 0; matrix < form.Matrices; matrix++)
                    {
                        var components = form.ComponentsOf(matrix);
                        var some = runs.AsSpan(0, tiling.Runs(components, first, end, runs));
                        var free = 0;
                        foreach ((var row, var count) in some)
                        {
                            Assert.InRange(row, free, (components.Count * (end - first)) - count);
                            free = row + count;
                            products += count;
                        }
                    }
                }

                Assert.Equal(3 * form.ProductsOf(map), products);
            }
        }
    }

    private static void Cover(int[,,] covered, WinogradForm form, WinogradRegion region, int tile)
    {
        // One by one from the first it is the same place.
        var place = region.PlaceOf(region.Start);
        for (var i = region.Start; i < tile; i++)
            place.Advance();
        Assert.Equal(region.PlaceOf(tile), place);
        int top = place.Y * form.Y.Outputs, left = place.X * form.X.Outputs;
        for (var y = top; y < Math.Min(top + region.Y.Outputs, covered.GetLength(1)); y++)
        {
            for (var x = left; x < Math.Min(left + region.X.Outputs, covered.GetLength(2)); x++)
                covered[place.Image, y, x]++;
        }
    }

    private static ConvolutionGeometry Map(int height, int width) => new()
    {
        InputChannels = 1,
        OutputChannels = 1,
        InputHeight = height,
        InputWidth = width,
        OutputHeight = height,
        OutputWidth = width,
    };
}
