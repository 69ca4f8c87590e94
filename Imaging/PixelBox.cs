namespace MlPipeline.Imaging;

/// <summary>A rectangle of whole pixels.</summary>
/// <param name="Left">The first column.</param>
/// <param name="Top">The first row.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
public readonly record struct PixelBox(int Left, int Top, int Width, int Height)
{
    /// <summary>The column behind the last.</summary>
    public int Right => Left + Width;

    /// <summary>The row behind the last.</summary>
    public int Bottom => Top + Height;

    /// <summary>Whether the pixel at column <paramref name="x"/> and row <paramref name="y"/> lies within.</summary>
    public bool Contains(int x, int y) => x >= Left && x < Right && y >= Top && y < Bottom;

    /// <summary>Throws unless the box has pixels and lies within a picture of the given size.</summary>
    internal void CheckWithin(int width, int height, string name)
    {
        if (Left < 0 || Top < 0 || Width < 1 || Height < 1 || Left > width - Width || Top > height - Height)
            throw new ArgumentOutOfRangeException(name, $"{this} is empty or not within {width} x {height} pixels.");
    }
}
