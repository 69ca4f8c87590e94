namespace MlPipeline.Imaging;

/// <summary>The order of the channels in a tensor.</summary>
public enum ColorOrder
{
    /// <summary>Red first.</summary>
    Rgb,

    /// <summary>Blue first.</summary>
    Bgr,
}
