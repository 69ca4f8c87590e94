using MlPipeline.Data.Splits;
using MlPipeline.Imaging;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>What is done to pictures in training besides cutting and mirroring.</summary>
internal static class PictureChanges
{
    /// <summary>A picture turned about its middle, bilinear; what comes in from outside is its mean colour.</summary>
    /// <param name="source">It stays as it is.</param>
    /// <param name="degrees">Clockwise.</param>
    public static Raster Turn(Raster source, double degrees)
    {
        Span<byte> outside = stackalloc byte[3];
        MeanColor(source, outside);
        Raster turned = new(source.Width, source.Height);
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        double middleX = (source.Width - 1) / 2.0, middleY = (source.Height - 1) / 2.0;
        ReadOnlySpan<byte> from = source.Pixels;
        for (var y = 0; y < turned.Height; y++)
        {
            var row = turned.Row(y);
            for (var x = 0; x < turned.Width; x++)
            {
                var sourceX = middleX + (cosine * (x - middleX)) + (sine * (y - middleY));
                var sourceY = middleY - (sine * (x - middleX)) + (cosine * (y - middleY));
                int left = (int)Math.Floor(sourceX), top = (int)Math.Floor(sourceY);
                double right = sourceX - left, bottom = sourceY - top;
                for (var c = 0; c < 3; c++)
                {
                    var above = Mix(At(from, left, top, c, outside), At(from, left + 1, top, c, outside), right);
                    var below = Mix(At(from, left, top + 1, c, outside), At(from, left + 1, top + 1, c, outside), right);
                    row[(x * 3) + c] = (byte)(Mix(above, below, bottom) + 0.5);
                }
            }
        }

        return turned;

        byte At(ReadOnlySpan<byte> pixels, int x, int y, int channel, ReadOnlySpan<byte> otherwise) =>
            (uint)x < (uint)source.Width && (uint)y < (uint)source.Height
                ? pixels[(((y * source.Width) + x) * 3) + channel] : otherwise[channel];
    }

    /// <summary>A picture moved to the right and down by whole pixels; what comes in repeats its rim.</summary>
    /// <param name="source">It stays as it is.</param>
    /// <param name="right">To the right, or to the left where it is negative.</param>
    /// <param name="down">Down, or up where it is negative.</param>
    public static Raster Move(Raster source, int right, int down)
    {
        Raster moved = new(source.Width, source.Height);
        for (var y = 0; y < moved.Height; y++)
        {
            var from = source.Row(Math.Clamp(y - down, 0, source.Height - 1));
            var to = moved.Row(y);
            for (var x = 0; x < moved.Width; x++)
                from.Slice(3 * Math.Clamp(x - right, 0, source.Width - 1), 3).CopyTo(to[(3 * x)..]);
        }

        return moved;
    }

    /// <summary>Changes a picture in place.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="brightness">What samples are multiplied by.</param>
    /// <param name="contrast">What their distances from the mean luminance are multiplied by then.</param>
    /// <param name="saturation">What their distances from their pixel's luminance are multiplied by at last.</param>
    public static void Recolor(Raster picture, double brightness, double contrast, double saturation)
    {
        Span<byte> mean = stackalloc byte[3];
        MeanColor(picture, mean);
        var middle = Luminance(mean) * brightness;
        var pixels = picture.Pixels;
        Span<double> color = stackalloc double[3];
        for (var i = 0; i < pixels.Length; i += 3)
        {
            for (var c = 0; c < 3; c++)
                color[c] = Mix(middle, pixels[i + c] * brightness, contrast);
            var luminance = (0.299 * color[0]) + (0.587 * color[1]) + (0.114 * color[2]);
            for (var c = 0; c < 3; c++)
                pixels[i + c] = (byte)(Math.Clamp(Mix(luminance, color[c], saturation), 0, 255) + 0.5);
        }
    }

    /// <summary>Fills a rectangle of 2 to 33 % of a picture, sides of 3:10 to 10:3, with random colours (Zhong et al.
    /// 2020).</summary>
    public static void Erase(Raster picture, SeededRandom random)
    {
        var area = (0.02 + (0.31 * random.NextDouble())) * picture.Width * picture.Height;
        var ratio = Math.Exp(((2 * random.NextDouble()) - 1) * Math.Log(10.0 / 3));
        var width = (int)Math.Clamp(Math.Sqrt(area * ratio), 1, picture.Width);
        var height = (int)Math.Clamp(Math.Sqrt(area / ratio), 1, picture.Height);
        int left = random.Next(picture.Width - width + 1), top = random.Next(picture.Height - height + 1);
        for (var y = top; y < top + height; y++)
        {
            foreach (ref var sample in picture.Row(y).Slice(left * 3, width * 3))
                sample = (byte)random.Next(256);
        }
    }

    private static double Mix(double from, double to, double share) => from + ((to - from) * share);

    private static double Luminance(ReadOnlySpan<byte> color) => (0.299 * color[0]) + (0.587 * color[1]) + (0.114 * color[2]);

    private static void MeanColor(Raster picture, Span<byte> mean)
    {
        Span<long> sums = stackalloc long[3];
        var pixels = picture.Pixels;
        for (var i = 0; i < pixels.Length; i++)
            sums[i % 3] += pixels[i];
        for (var c = 0; c < 3; c++)
            mean[c] = (byte)(sums[c] * 3 / pixels.Length);
    }
}
