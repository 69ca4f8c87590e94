namespace MlPipeline.Imaging;

/// <summary>The order in which a tensor holds the samples of a picture.</summary>
public enum PixelLayout
{
    /// <summary>One plane after the other.</summary>
    Nchw,

    /// <summary>Pixel by pixel, the channels of each together.</summary>
    Nhwc,
}
