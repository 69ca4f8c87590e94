using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Finds the pixels that tiles of one shape read.</summary>
/// <param name="mapHeight">Rows of the map.</param>
/// <param name="mapWidth">Its columns.</param>
/// <param name="stride">Floats from one of its pixels to the next.</param>
/// <param name="height">Rows of a tile.</param>
/// <param name="width">Columns of a tile.</param>
/// <param name="zeros">What is read outside the map.</param>
internal readonly unsafe struct TilePixels(int mapHeight, int mapWidth, nint stride, int height, int width, float* zeros)
{
    /// <summary>Lists the pixels of a tile, row by row.</summary>
    /// <param name="map">The image's first pixel.</param>
    /// <param name="top">The tile's first row, which may lie outside the map.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="pixels">Receives them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void List(float* map, int top, int left, float** pixels)
    {
        int from = Math.Clamp(-left, 0, width), to = Math.Clamp(mapWidth - left, from, width);
        for (var y = 0; y < height; y++, pixels += width)
        {
            var inside = (uint)(top + y) < (uint)mapHeight;
            int first = inside ? from : width, end = inside ? to : width;
            for (var x = 0; x < first; x++)
                pixels[x] = zeros;
            var pixel = map + ((((nint)(top + y) * mapWidth) + left + first) * stride);
            for (var x = first; x < end; x++, pixel += stride)
                pixels[x] = pixel;
            for (var x = end; x < width; x++)
                pixels[x] = zeros;
        }
    }
}
