namespace MlPipeline.Pipeline;

/// <summary>Cuts a rectangle out of images; see <see cref="ImageEstimatorsCatalog.CropImages"/>.</summary>
public sealed class ImageCroppingEstimator : ImageOperationEstimator
{
    internal ImageCroppingEstimator(string output, string input, int x, int y, int width, int height)
        : base(output, input, new CropOperation(x, y, width, height))
    {
    }
}
