using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>The estimators for images, with ML.NET's names and parameters.</summary>
public static class ImageEstimatorsCatalog
{
    /// <summary>
    /// Loads images by paths in a text column. Nothing is read until pixels are needed; EXIF orientation is honoured.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The image column that is made.</param>
    /// <param name="imageFolder">
    /// What relative paths start at; null or empty for the working folder. An absolute folder is not saved.
    /// </param>
    /// <param name="inputColumnName">The text column; the output's name when null.</param>
    public static ImageLoadingEstimator LoadPictures(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, string? inputColumnName = null) =>
        Loading(catalog, outputColumnName, imageFolder, inputColumnName, asBytes: false);

    /// <summary>Loads the files' bytes by paths in a text column, as a vector of unknown size.</summary>
    /// <inheritdoc cref="LoadPictures"/>
    public static ImageLoadingEstimator LoadRawImageBytes(
        this TransformsCatalog catalog, string outputColumnName, string? imageFolder, string? inputColumnName = null) =>
        Loading(catalog, outputColumnName, imageFolder, inputColumnName, asBytes: true);

    /// <summary>Resizes images, antialiased.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The image column that is made.</param>
    /// <param name="imageWidth">Pixels.</param>
    /// <param name="imageHeight">Pixels.</param>
    /// <param name="inputColumnName">The image column; the output's name when null.</param>
    /// <param name="resizing">Padded, cropped (default) or stretched.</param>
    /// <param name="cropAnchor">Which part stays when it is cropped.</param>
    /// <param name="filter">The resampling filter; bilinear by default.</param>
    public static ImageResizingEstimator ResizePictures(
        this TransformsCatalog catalog,
        string outputColumnName,
        int imageWidth,
        int imageHeight,
        string? inputColumnName = null,
        ImageResizingEstimator.ResizingKind resizing = ImageResizingEstimator.ResizingKind.IsoCrop,
        ImageResizingEstimator.Anchor cropAnchor = ImageResizingEstimator.Anchor.Center,
        ResampleFilter filter = ResampleFilter.Bilinear)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        return new ImageResizingEstimator(
            Name(catalog, outputColumnName), inputColumnName ?? outputColumnName,
            imageWidth, imageHeight, resizing, cropAnchor, filter);
    }

    /// <summary>Cuts the same rectangle out of every image; one that does not cover it is a bad image.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The image column that is made.</param>
    /// <param name="x">Left edge in pixels, from 0.</param>
    /// <param name="y">Top edge in pixels, from 0.</param>
    /// <param name="imageWidth">Pixels.</param>
    /// <param name="imageHeight">Pixels.</param>
    /// <param name="inputColumnName">The image column; the output's name when null.</param>
    public static ImageCroppingEstimator CropImages(
        this TransformsCatalog catalog, string outputColumnName, int x, int y, int imageWidth, int imageHeight,
        string? inputColumnName = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        return new ImageCroppingEstimator(
            Name(catalog, outputColumnName), inputColumnName ?? outputColumnName, x, y, imageWidth, imageHeight);
    }

    /// <summary>Takes the colour out; the three channels become equal.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The image column that is made.</param>
    /// <param name="inputColumnName">The image column; the output's name when null.</param>
    public static ImageGrayscalingEstimator ConvertPicturesToGrayscale(
        this TransformsCatalog catalog, string outputColumnName, string? inputColumnName = null) =>
        new(Name(catalog, outputColumnName), inputColumnName ?? outputColumnName);

    /// <summary>Extracts pixels as a vector of known size: value = (p - offset) * scale.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">
    /// The vector column that is made, with dimensions channels x height x width or height x width x channels.
    /// </param>
    /// <param name="inputColumnName">The column of images of one size; the output's name when null.</param>
    /// <param name="colorsToExtract">Which colours; red, green and blue by default.</param>
    /// <param name="orderOfExtraction">In which order they come.</param>
    /// <param name="interleavePixelColors">True for height x width x channels.</param>
    /// <param name="offsetImage">Taken off every value first.</param>
    /// <param name="scaleImage">Every value is then multiplied by it.</param>
    /// <param name="outputAsFloatArray">False for bytes as they are; offset and scale must then be left out.</param>
    public static ImagePixelExtractingEstimator ExtractPicturePixels(
        this TransformsCatalog catalog,
        string outputColumnName,
        string? inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsToExtract = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfExtraction = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavePixelColors = false,
        float offsetImage = 0,
        float scaleImage = 1,
        bool outputAsFloatArray = true)
    {
        if (!outputAsFloatArray && (offsetImage != 0 || scaleImage != 1))
        {
            throw new ArgumentException(
                "Bytes are given as they are: leave offsetImage and scaleImage out, or ask for floats.",
                nameof(outputAsFloatArray));
        }

        var extraction = PixelExtraction.Of(
            colorsToExtract, orderOfExtraction, interleavePixelColors, offsetImage, scaleImage, !outputAsFloatArray);
        return Extracting(catalog, outputColumnName, inputColumnName, extraction);
    }

    /// <summary>Extracts pixels, normalised for each colour: value = (p * scale - mean) / standard deviation.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The vector column that is made.</param>
    /// <param name="mean">Means, after scaling.</param>
    /// <param name="standardDeviation">Standard deviations, after scaling.</param>
    /// <param name="inputColumnName">The column of images of one size; the output's name when null.</param>
    /// <param name="scaleImage">Every pixel is first multiplied by it; 1/255 by default.</param>
    /// <param name="colorOrder">Which colour comes first.</param>
    /// <param name="interleavePixelColors">True for height x width x channels.</param>
    public static ImagePixelExtractingEstimator ExtractPicturePixels(
        this TransformsCatalog catalog,
        string outputColumnName,
        ChannelValues mean,
        ChannelValues standardDeviation,
        string? inputColumnName = null,
        float scaleImage = 1f / 255,
        ColorOrder colorOrder = ColorOrder.Rgb,
        bool interleavePixelColors = false)
    {
        var deviations = standardDeviation.InOrder(colorOrder);
        if (deviations.Any(d => !(d > 0)) || !(scaleImage > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), standardDeviation, "Standard deviations and the scale are positive.");
        }

        // (p * s - m) / d = (p - m / s) * (s / d)
        var extraction = new PixelExtraction
        {
            Channels = colorOrder == ColorOrder.Bgr ? [2, 1, 0] : [0, 1, 2],
            Interleave = interleavePixelColors,
            Offsets = [.. mean.InOrder(colorOrder).Select(m => m / scaleImage)],
            Scales = [.. deviations.Select(d => scaleImage / d)],
        };
        return Extracting(catalog, outputColumnName, inputColumnName, extraction);
    }

    /// <summary>
    /// Makes images of vectors of known size: pixel = value * scale - offset, rounded, and cut off below 0 and above 255. With
    /// the scale's inverse and the offset's negative it undoes <c>ExtractPixels</c>.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="imageHeight">Pixels.</param>
    /// <param name="imageWidth">Pixels.</param>
    /// <param name="outputColumnName">The image column that is made.</param>
    /// <param name="inputColumnName">The column of vectors of Single, Double or Byte; the output's name when null.</param>
    /// <param name="colorsPresent">Which colours the vectors have; red, green and blue by default. Alpha is passed over.</param>
    /// <param name="orderOfColors">In which order they come.</param>
    /// <param name="interleavedColors">True for height x width x channels.</param>
    /// <param name="scaleImage">Every value is first multiplied by it.</param>
    /// <param name="offsetImage">What is then taken off.</param>
    /// <param name="defaultAlpha">Has no effect: images have no alpha.</param>
    /// <param name="defaultRed">Red where the vectors have none.</param>
    /// <param name="defaultGreen">Green where the vectors have none.</param>
    /// <param name="defaultBlue">Blue where the vectors have none.</param>
    public static VectorToImageConvertingEstimator ConvertToPicture(
        this TransformsCatalog catalog,
        int imageHeight,
        int imageWidth,
        string outputColumnName,
        string? inputColumnName = null,
        ImagePixelExtractingEstimator.ColorBits colorsPresent = ImagePixelExtractingEstimator.ColorBits.Rgb,
        ImagePixelExtractingEstimator.ColorsOrder orderOfColors = ImagePixelExtractingEstimator.ColorsOrder.ARGB,
        bool interleavedColors = false,
        float scaleImage = 1,
        float offsetImage = 0,
        int defaultAlpha = 255,
        int defaultRed = 0,
        int defaultGreen = 0,
        int defaultBlue = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)imageWidth * imageHeight, Raster.MaxPixels / 4, nameof(imageHeight));
        _ = Level(defaultAlpha, nameof(defaultAlpha));
        return new VectorToImageConvertingEstimator(new VectorToImageConvertingTransformer(
            Name(catalog, outputColumnName), inputColumnName ?? outputColumnName, new PixelComposition
            {
                Width = imageWidth,
                Height = imageHeight,
                Channels = PixelExtraction.ChannelsOf(colorsPresent, orderOfColors),
                Interleave = interleavedColors,
                Scale = scaleImage,
                Offset = offsetImage,
                Defaults =
                [
                    Level(defaultRed, nameof(defaultRed)), Level(defaultGreen, nameof(defaultGreen)),
                    Level(defaultBlue, nameof(defaultBlue)),
                ],
            }));
    }

    private static byte Level(int value, string name) => value is >= 0 and <= 255
        ? (byte)value
        : throw new ArgumentOutOfRangeException(name, value, "A level lies between 0 and 255.");

    private static ImageLoadingEstimator Loading(
        TransformsCatalog catalog, string outputColumnName, string? imageFolder, string? inputColumnName, bool asBytes) =>
        new(new ImageLoadingTransformer(
            Name(catalog, outputColumnName), inputColumnName ?? outputColumnName, imageFolder ?? "", asBytes));

    private static ImagePixelExtractingEstimator Extracting(
        TransformsCatalog catalog, string outputColumnName, string? inputColumnName, PixelExtraction extraction) =>
        new(new ImagePixelExtractingTransformer(
            Name(catalog, outputColumnName), inputColumnName ?? outputColumnName, extraction));

    private static string Name(TransformsCatalog catalog, string outputColumnName)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(outputColumnName);
        return outputColumnName;
    }
}
