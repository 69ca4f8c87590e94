namespace MlPipeline.Pipeline;

/// <summary>Takes the colour out of images; see <see cref="ImageEstimatorsCatalog.ConvertPicturesToGrayscale"/>.</summary>
public sealed class ImageGrayscalingEstimator : ImageOperationEstimator
{
    internal ImageGrayscalingEstimator(string output, string input)
        : base(output, input, new GrayscaleOperation())
    {
    }
}
