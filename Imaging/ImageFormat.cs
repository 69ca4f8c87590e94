namespace MlPipeline.Imaging;

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
}
