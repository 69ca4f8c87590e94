using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>Resizes images; see <see cref="ImageEstimatorsCatalog.ResizePictures"/>.</summary>
public sealed class ImageResizingEstimator : ImageOperationEstimator
{
    internal ImageResizingEstimator(
        string output, string input, int width, int height, ResizingKind resizing, Anchor cropAnchor, ResampleFilter filter)
        : base(output, input, new ResizeOperation(width, height, resizing, cropAnchor, filter))
    {
    }

    /// <summary>How the sides' ratio is treated.</summary>
    public enum ResizingKind
    {
        /// <summary>Kept; the picture fits inside and is padded with black.</summary>
        IsoPad = 0,

        /// <summary>Kept; the picture covers the size and is cropped.</summary>
        IsoCrop = 1,

        /// <summary>Given up; the picture is stretched.</summary>
        Fill = 2,
    }

    /// <summary>Which part of a cropped picture stays.</summary>
    public enum Anchor
    {
        /// <summary>The right part.</summary>
        Right = 0,

        /// <summary>The left part.</summary>
        Left = 1,

        /// <summary>The upper part.</summary>
        Top = 2,

        /// <summary>The lower part.</summary>
        Bottom = 3,

        /// <summary>The middle.</summary>
        Center = 4,
    }
}
