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

    /// <summary>Where one of its tiles lies, counted in tiles.</summary>
    public (int Image, int Y, int X) PlaceOf(int tile)
    {
        int image = (tile - Start) / TilesPerImage, inImage = (tile - Start) % TilesPerImage;
        return (image, Top + (inImage / Width), Left + (inImage % Width));
    }
}
