namespace MlPipeline.Pipeline.Backbones;

/// <summary>Where in the resized picture a network's input is cut out; or the whole picture, stretched.</summary>
internal enum PicturePlace
{
    Middle,
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
    Whole,
}
