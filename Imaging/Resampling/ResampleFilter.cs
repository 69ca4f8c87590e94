namespace MlPipeline.Imaging.Resampling;

/// <summary>
/// How a resized pixel is made of the pixels it covers. All but <see cref="Nearest"/> are antialiased when shrinking.
/// </summary>
public enum ResampleFilter
{
    /// <summary>The one pixel at the centre: fast, aliased.</summary>
    Nearest,

    /// <summary>The mean of the covered pixels.</summary>
    Box,

    /// <summary>A triangle two pixels wide.</summary>
    Bilinear,

    /// <summary>Keys' cubic with a = -0.5, four pixels wide.</summary>
    Bicubic,

    /// <summary>A windowed sinc, six pixels wide.</summary>
    Lanczos,
}
