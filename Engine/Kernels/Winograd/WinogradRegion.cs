using System.Runtime.CompilerServices;

namespace MlPipeline.Engine.Kernels.Winograd;

/// <summary>Tiles of one shape, image by image and row by row.</summary>
/// <param name="Y">The algorithm along columns.</param>
/// <param name="X">The algorithm along rows.</param>
/// <param name="Start">How many tiles come before.</param>
/// <param name="Tiles">Tiles of all images.</param>
/// <param name="Top">Tiles above the first.</param>
/// <param name="Left">Tiles to the left of the first.</param>
/// <param name="Width">Tiles of a row.</param>
/// <param name="TilesPerImage">Tiles of an image.</param>
internal sealed record WinogradRegion(
    WinogradAxis Y, WinogradAxis X, int Start, int Tiles, int Top, int Left, int Width, int TilesPerImage)
{
    public int End => Start + Tiles;

    /// <summary>Where one of its tiles lies.</summary>
    public WinogradPlace PlaceOf(int tile)
    {
        int image = (tile - Start) / TilesPerImage, inImage = (tile - Start) % TilesPerImage;
        return new WinogradPlace(this, image, inImage / Width, inImage % Width);
    }
}

/// <summary>Where a tile of a region lies, counted in tiles; goes from one to the next.</summary>
internal struct WinogradPlace(WinogradRegion region, int image, int row, int column)
{
    private readonly int _top = region.Top;
    private readonly int _left = region.Left;
    private readonly int _width = region.Width;
    private readonly int _height = region.TilesPerImage / region.Width;
    private int _row = row;
    private int _column = column;

    public int Image { get; private set; } = image;

    public readonly int Y => _top + _row;

    public readonly int X => _left + _column;

    /// <summary>The tile's first pixel in a batch of maps, counted from the first of all.</summary>
    /// <param name="height">Rows of a map.</param>
    /// <param name="width">Columns of a map.</param>
    /// <param name="stepY">Rows from one tile to the next.</param>
    /// <param name="stepX">Columns from one tile to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly nint PixelIn(int height, int width, int stepY, int stepX) =>
        ((((nint)Image * height) + (Y * stepY)) * width) + (X * stepX);

    public void Advance()
    {
        if (++_column < _width)
            return;
        _column = 0;
        if (++_row < _height)
            return;
        _row = 0;
        Image++;
    }
}
