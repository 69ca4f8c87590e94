namespace MlPipeline.Imaging;

/// <summary>What the samples of a PNG pixel mean; the values are the file format's.</summary>
internal enum PngColorType : byte
{
    Gray = 0,
    Rgb = 2,
    Palette = 3,
    GrayAlpha = 4,
    RgbAlpha = 6,
}
