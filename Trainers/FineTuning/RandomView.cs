using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>A picture as a network is shown it in training: a random part of it, mirrored or not (Szegedy et al. 2014, section
/// 6). What is drawn depends on seed, epoch and picture alone.</summary>
internal static class RandomView
{
    private const double SmallestArea = 0.35;
    private const double WidestRatio = 4.0 / 3;

    /// <summary>Cuts, resizes and mirrors.</summary>
    /// <param name="source">The decoded picture; it stays as it is.</param>
    /// <param name="preprocessing">Gives size and filter.</param>
    /// <param name="random">Draws.</param>
    public static Raster Of(Raster source, Preprocessing preprocessing, SeededRandom random)
    {
        // The part's area and the logarithm of its sides' ratio are drawn evenly; it never leaves the picture.
        var area = (SmallestArea + ((1 - SmallestArea) * random.NextDouble())) * source.Width * source.Height;
        var ratio = Math.Exp(((2 * random.NextDouble()) - 1) * Math.Log(WidestRatio));
        var width = Math.Clamp(Math.Sqrt(area * ratio), 1, source.Width);
        var height = Math.Clamp(Math.Sqrt(area / ratio), 1, source.Height);
        var left = random.NextDouble() * (source.Width - width);
        var top = random.NextDouble() * (source.Height - height);
        var isMirrored = random.Next(2) == 1;
        var view = Resampler.Resize(source, preprocessing.Width, preprocessing.Height, preprocessing.Filter,
            (left, top, Math.Min(left + width, source.Width), Math.Min(top + height, source.Height)));
        if (!isMirrored)
            return view;
        using (view)
            return Cropping.FlipHorizontal(view);
    }
}
