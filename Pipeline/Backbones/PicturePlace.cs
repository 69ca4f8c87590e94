namespace MlPipeline.Pipeline;

/// <summary>Where in the resized picture a network's input is cut out.</summary>
internal enum PicturePlace
{
    Middle,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
}
