using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Backbones;
using MlPipeline.Pipeline.Images;

namespace MlPipeline;

/// <summary>
/// How a picture becomes the input of a network: resize, crop, then v = (p * Scale - Mean) / StandardDeviation for each of its
/// pixels p in 0..255. Immutable, kept as JSON in model files.
/// </summary>
public sealed record Preprocessing
{
    /// <summary>The width of the network's input in pixels; 0 for the one that the network takes.</summary>
    public int Width { get; init; } = 224;

    /// <summary>The height of the network's input in pixels; 0 for the one that the network takes.</summary>
    public int Height { get; init; } = 224;

    /// <summary>How pictures of other sizes are brought to it.</summary>
    public ResizeMode Resize { get; init; } = ResizeMode.ShorterSide;

    /// <summary>With <see cref="ResizeMode.ShorterSide"/>: the length of the shorter side before the middle is cut out; 0 for 8/7
    /// of the size.</summary>
    public int ShorterSide { get; init; } = 256;

    /// <summary>The resampling filter; antialiased.</summary>
    public ResampleFilter Filter { get; init; } = ResampleFilter.Bilinear;

    /// <summary>Which colour comes first.</summary>
    public ColorOrder ColorOrder { get; init; } = ColorOrder.Rgb;

    /// <summary>Planes or interleaved.</summary>
    public PixelLayout Layout { get; init; } = PixelLayout.Nchw;

    /// <summary>Whether the network takes one channel: the luminance (ITU-R BT.601), with the means of the three colours' values
    /// of <see cref="Mean"/> and <see cref="StandardDeviation"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Grayscale { get; init; }

    /// <summary>What pixels are multiplied by first.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>What is taken off after scaling.</summary>
    public ChannelValues Mean { get; init; }

    /// <summary>What is divided by at last.</summary>
    public ChannelValues StandardDeviation { get; init; } = ChannelValues.All(1);

    /// <summary>Which views of each picture the network is shown; its features and logits are the means over them, its feature
    /// map is that of the first view. One view by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Augmentations Views { get; init; }

    /// <summary>How many numbers one view of a picture becomes.</summary>
    [JsonIgnore]
    public int Length => (Grayscale ? 1 : 3) * Width * Height;

    /// <summary>The shape of some pictures as the network's input.</summary>
    internal int[] ShapeOf(int count)
    {
        var channels = Grayscale ? 1 : 3;
        return Layout == PixelLayout.Nchw ? [count, channels, Height, Width] : [count, Height, Width, channels];
    }

    /// <summary>SHA-256 of this recipe in hexadecimal: pictures prepared by recipes with the same fingerprint are
    /// equal.</summary>
    [JsonIgnore]
    public string Fingerprint => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"{Width} {Height} {(int)Resize} {ShorterSide} {(int)Filter} {(int)ColorOrder} {(int)Layout} {Scale:R} "
        + $"{Mean.Red:R} {Mean.Green:R} {Mean.Blue:R} "
        + $"{StandardDeviation.Red:R} {StandardDeviation.Green:R} {StandardDeviation.Blue:R}"
        + $"{(Grayscale ? " gray" : "")}{(Views == Augmentations.None ? "" : $" {Views}")}"))));

    /// <summary>The size that a picture may be decoded down to without harm.</summary>
    [JsonIgnore]
    public (int Width, int Height) EnoughSource =>
        Resize == ResizeMode.Fill
            ? (2 * Width, 2 * Height) : (2 * Math.Max(ShorterSide, Width), 2 * Math.Max(ShorterSide, Height));

    /// <summary>torchvision's and MXNet's recipe: 8/7 of the size on the shorter side, middle, RGB in 0..1, ImageNet's mean and
    /// deviation.</summary>
    /// <param name="size">Width and height; 224 by default.</param>
    public static Preprocessing Torch(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ShorterSide = (int)Math.Round(size * 256.0 / 224),
        Scale = 1f / 255,
        Mean = new ChannelValues(0.485f, 0.456f, 0.406f),
        StandardDeviation = new ChannelValues(0.229f, 0.224f, 0.225f),
    };

    /// <summary>Caffe's recipe: 8/7 of the size on the shorter side, middle, BGR in 0..255 less ImageNet's means 103.94, 116.78,
    /// 123.68.</summary>
    /// <param name="size">Width and height; 224 by default.</param>
    public static Preprocessing Caffe(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ShorterSide = (int)Math.Round(size * 256.0 / 224),
        ColorOrder = ColorOrder.Bgr,
        Mean = new ChannelValues(123.68f, 116.78f, 103.94f),
    };

    /// <summary>TensorFlow's recipe: 8/7 of the size on the shorter side, middle, RGB in -1..1, interleaved.</summary>
    /// <param name="size">Width and height; 224 by default.</param>
    public static Preprocessing TensorFlow(int size = 224) => new()
    {
        Width = size,
        Height = size,
        ShorterSide = (int)Math.Round(size * 256.0 / 224),
        Layout = PixelLayout.Nhwc,
        Mean = ChannelValues.All(127.5f),
        StandardDeviation = ChannelValues.All(127.5f),
    };

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="BackboneException">A number makes no sense; the message names it and says what would.</exception>
    public Preprocessing Validate()
    {
        if (Width is < 1 or > 4096 || Height is < 1 or > 4096)
        {
            throw new BackboneException(
                $"The input size {Width} x {Height} is out of range; sides of 1 to 4096 pixels are possible.");
        }

        if (Resize == ResizeMode.ShorterSide && (ShorterSide < Math.Max(Width, Height) || ShorterSide > 8192))
        {
            throw new BackboneException(
                $"A shorter side of {ShorterSide} cannot be cropped to {Width} x {Height}; it must be at "
                + $"least {Math.Max(Width, Height)}.");
        }

        if (!Enum.IsDefined(Views))
        {
            throw new BackboneException(
                $"There are no views '{Views}'; there are {string.Join(", ", Enum.GetNames<Augmentations>())}.");
        }

        if (!(Scale > 0) || !(StandardDeviation.Red > 0) || !(StandardDeviation.Green > 0) || !(StandardDeviation.Blue > 0))
            throw new BackboneException("The scale and the standard deviations of a preprocessing must be positive.");
        return this;
    }

    /// <summary>Resizes and crops. A picture that has the input size already is only copied.</summary>
    /// <param name="source">The decoded picture; it stays as it is.</param>
    /// <returns>A picture of <see cref="Width"/> x <see cref="Height"/>, which the caller disposes.</returns>
    public Raster Prepare(Raster source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Width == Width && source.Height == Height)
            return source.Clone();
        if (Resize == ResizeMode.Fill)
            return Resampler.Resize(source, Width, Height, Filter);
        var (width, height) = Scaled(source.Width, source.Height);
        return Resampler.Resize(source, width, height, Filter, Cropping.CenterWindow(width, height, Width, Height));
    }

    /// <summary>The same size and crop with another recipe's colour order and normalisation.</summary>
    /// <param name="recipe">Such as one of <see cref="PreprocessingRecipes"/>.</param>
    public Preprocessing WithNormalizationOf(Preprocessing recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return this with
        {
            ColorOrder = recipe.ColorOrder,
            Scale = recipe.Scale,
            Mean = recipe.Mean,
            StandardDeviation = recipe.StandardDeviation,
        };
    }

    /// <summary>Whether colour order and normalisation are another recipe's.</summary>
    internal bool HasNormalizationOf(Preprocessing recipe) => this == WithNormalizationOf(recipe);

    /// <summary>The same recipe for another input size; the margin that is cropped away keeps its share.</summary>
    /// <param name="size">Width and height.</param>
    public Preprocessing WithSize(int size) =>
        this with
        {
            Width = size,
            Height = size,
            ShorterSide = Math.Max(size, (int)Math.Round(size * (ShorterSide / (double)Math.Max(Width, Height))))
        };

    /// <summary>Prepares one view.</summary>
    internal Raster Prepare(Raster source, Augmentation view)
    {
        var prepared = view.Place switch
        {
            PicturePlace.Middle => Prepare(source),
            PicturePlace.Whole => Resampler.Resize(source, Width, Height, Filter),
            _ => PrepareCorner(source, view.Place),
        };
        if (!view.IsMirrored)
            return prepared;
        using (prepared)
        {
            return Cropping.FlipHorizontal(prepared);
        }
    }

    /// <summary>Writes the numbers of a prepared picture.</summary>
    /// <param name="prepared">What <see cref="Prepare(Raster)"/> gave.</param>
    /// <param name="values">At least <see cref="Length"/> numbers.</param>
    public void Write(Raster prepared, Span<float> values)
    {
        if (Grayscale)
        {
            PixelTensor.WriteLuminance(prepared, values, Scale, (Mean.Red + Mean.Green + Mean.Blue) / 3,
                (StandardDeviation.Red + StandardDeviation.Green + StandardDeviation.Blue) / 3);
            return;
        }

        PixelTensor.Write(prepared, values, Layout, ColorOrder, Scale, Mean.InOrder(ColorOrder),
            StandardDeviation.InOrder(ColorOrder));
    }

    /// <summary>Where the network's input pixels lie in a picture of the given size.</summary>
    public ImageGeometry GeometryFor(int width, int height)
    {
        if (width == Width && height == Height)
            return ImageGeometry.Identity(width, height);
        var (scaledWidth, scaledHeight) = Resize == ResizeMode.Fill ? (Width, Height) : Scaled(width, height);
        var window = Cropping.CenterWindow(scaledWidth, scaledHeight, Width, Height);
        var (scaleX, scaleY) = ((double)width / scaledWidth, (double)height / scaledHeight);
        return new ImageGeometry(width, height, Width, Height, scaleX, window.Left * scaleX, scaleY, window.Top * scaleY);
    }

    private Raster PrepareCorner(Raster source, PicturePlace place)
    {
        // A recipe without a margin has no corners to speak of: they are taken with the usual eighth.
        var (width, height) = Resize == ResizeMode.Fill
            ? (WithMargin(Width), WithMargin(Height))
            : Scaled(source.Width, source.Height, Math.Max(ShorterSide, WithMargin(Math.Max(Width, Height))));
        var left = place is PicturePlace.TopLeft or PicturePlace.BottomLeft ? 0 : width - Width;
        var top = place is PicturePlace.TopLeft or PicturePlace.TopRight ? 0 : height - Height;
        return Resampler.Resize(source, width, height, Filter, new PixelBox(left, top, Width, Height));
    }

    private static int WithMargin(int side) => (int)Math.Round(side * 8.0 / 7);

    private (int Width, int Height) Scaled(int width, int height) => Scaled(width, height, ShorterSide);

    // torchvision's rule: the longer side is rounded down.
    private (int Width, int Height) Scaled(int width, int height, int shorter) => width <= height
        ? (shorter, Math.Max(Height, (int)((long)shorter * height / width)))
        : (Math.Max(Width, (int)((long)shorter * width / height)), shorter);
}
