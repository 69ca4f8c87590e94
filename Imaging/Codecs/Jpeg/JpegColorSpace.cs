namespace MlPipeline.Imaging;

/// <summary>What a file's components mean.</summary>
internal enum JpegColorSpace
{
    Gray,
    YCbCr,
    Rgb,

    /// <summary>As Adobe writes it: 255 is no ink.</summary>
    Cmyk,

    /// <summary>Luminance and chrominance of the first three inks, then black; as Adobe writes it.</summary>
    Ycck,
}
