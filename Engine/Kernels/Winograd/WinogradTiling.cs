using MlPipeline.Engine.Kernels.Convolution;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>The tiles of a batch of maps: whole ones, and what is left at the edges, which needs fewer components.</summary>
/// <remarks>
/// First the tiles of the bottom edge, then whole ones, then those of the right edge, then corners: wherever a component is
/// missing, the tiles that do have it follow one another.
/// </remarks>
internal sealed class WinogradTiling
{
    /// <summary>While a tile is transformed, the pixels of the one so many on are asked for.</summary>
    public const int TilesAhead = 2;

    /// <summary>More runs than this one matrix never has.</summary>
    public const int MostRuns = 16;

    public WinogradTiling(WinogradForm form, ConvolutionGeometry geometry)
    {
        WinogradAxis? bottom = form.Y.EdgeOf(geometry.OutputHeight), right = form.X.EdgeOf(geometry.OutputWidth);
        var rows = form.Y.TilesOf(geometry.OutputHeight) - (bottom is null ? 0 : 1);
        var columns = form.X.TilesOf(geometry.OutputWidth) - (right is null ? 0 : 1);
        var regions = new List<WinogradRegion>();
        void Add(WinogradAxis? y, WinogradAxis? x, int top, int left, int height, int width)
        {
            if (y is not null && x is not null && height * width > 0)
            {
                regions.Add(new WinogradRegion(y, x, Tiles, height * width * geometry.Batch, top, left, width, height * width));
                Tiles += height * width * geometry.Batch;
            }
        }

        Add(bottom, form.X, rows, 0, 1, columns);
        Add(form.Y, form.X, 0, 0, rows, columns);
        Add(form.Y, right, 0, columns, rows, 1);
        Add(bottom, right, rows, columns, 1, 1);
        Regions = [.. regions];
    }

    /// <summary>Tiles of the batch.</summary>
    public int Tiles { get; private set; }

    public WinogradRegion[] Regions { get; }

    /// <summary>
    /// Which rows of a group of tiles' components are multiplied with one matrix, when they lie component by component.
    /// </summary>
    /// <param name="components">The components that the matrix multiplies.</param>
    /// <param name="first">First tile of the group.</param>
    /// <param name="end">End of the group.</param>
    /// <param name="runs">Receives the first row of each run and how many there are.</param>
    /// <returns>Number of runs: <see cref="MostRuns"/> at most.</returns>
    public int Runs(in WinogradComponents components, int first, int end, Span<(int Row, int Count)> runs)
    {
        int count = 0, tiles = end - first;
        for (var i = 0; i < components.Count; i++)
        {
            int y = components.Y + (i % components.Rows), x = components.X + (i / components.Rows);
            foreach (var region in Regions)
            {
                int from = Math.Max(first, region.Start), rows = Math.Min(end, region.End) - from;
                if (rows <= 0 || !region.Y.Has(y) || !region.X.Has(x))
                    continue;
                var row = (i * tiles) + from - first;
                if (count > 0 && runs[count - 1].Row + runs[count - 1].Count == row)
                    runs[count - 1].Count += rows;
                else
                    runs[count++] = (row, rows);
            }
        }

        return count;
    }
}
