namespace MlPipeline.Imaging.Decoding;

/// <summary>The file formats that are decoded.</summary>
public enum ImageFormat
{
    /// <summary>JPEG (JFIF, EXIF or Adobe).</summary>
    Jpeg,

    /// <summary>Portable Network Graphics.</summary>
    Png,

    /// <summary>Windows or OS/2 bitmap.</summary>
    Bmp,

    /// <summary>Graphics Interchange Format; the first frame is read.</summary>
    Gif,

    /// <summary>WebP, lossy or lossless; the first frame is read.</summary>
    WebP,

    /// <summary>Windows icon; the largest picture is read.</summary>
    Ico,
}

/// <summary>What a file's header says, before anything is decoded.</summary>
/// <param name="Format">The format found by content, whatever the file is called.</param>
/// <param name="Width">Pixels in a row, as stored (before <paramref name="Orientation"/> is applied).</param>
/// <param name="Height">Rows, as stored.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8; 1 where none is given.</param>
public sealed record ImageInfo(ImageFormat Format, int Width, int Height, int Orientation);
