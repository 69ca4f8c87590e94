using MlPipeline.Data.Splits;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Resampling;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>A picture as a network is shown it in training: changed at random. What is drawn depends on seed, epoch and picture
/// alone.</summary>
internal static class RandomView
{
    /// <summary>Turns, cuts, resizes, moves, mirrors, changes colours and erases.</summary>
    /// <param name="source">The decoded picture; it stays as it is.</param>
    /// <param name="preprocessing">Gives size and filter.</param>
    /// <param name="augmentation">How much.</param>
    /// <param name="random">Draws.</param>
    public static Raster Of(Raster source, Preprocessing preprocessing, RandomAugmentation augmentation, SeededRandom random)
    {
        using var turned = augmentation.Rotation > 0
            ? PictureChanges.Turn(source, Around(0, augmentation.Rotation, random)) : null;
        var view = Part(turned ?? source, preprocessing, augmentation, random);
        if (augmentation.Shift > 0)
        {
            using var still = view;
            view = PictureChanges.Move(still, Places(augmentation.Shift, still.Width, random),
                Places(augmentation.Shift, still.Height, random));
        }

        if (augmentation.Mirror && random.Next(2) == 1)
        {
            using var straight = view;
            view = Cropping.FlipHorizontal(straight);
        }

        if (augmentation is not { Brightness: 0, Contrast: 0, Saturation: 0 })
        {
            PictureChanges.Recolor(view, Around(1, augmentation.Brightness, random), Around(1, augmentation.Contrast, random),
                Around(1, augmentation.Saturation, random));
        }

        if (augmentation.Erasing > 0 && random.NextDouble() < augmentation.Erasing)
            PictureChanges.Erase(view, random);
        return view;
    }

    private static Raster Part(Raster source, Preprocessing preprocessing, RandomAugmentation augmentation, SeededRandom random)
    {
        if (augmentation is { SmallestArea: 1, WidestRatio: 1 })
            return preprocessing.Prepare(source);

        // The part's area and the logarithm of its sides' ratio are drawn evenly; it never leaves the picture.
        var area = (augmentation.SmallestArea + ((1 - augmentation.SmallestArea) * random.NextDouble()))
            * source.Width * source.Height;
        var ratio = Math.Exp(Around(0, Math.Log(augmentation.WidestRatio), random));
        var width = Math.Clamp(Math.Sqrt(area * ratio), 1, source.Width);
        var height = Math.Clamp(Math.Sqrt(area / ratio), 1, source.Height);
        var left = random.NextDouble() * (source.Width - width);
        var top = random.NextDouble() * (source.Height - height);
        return Resampler.Resize(source, preprocessing.Width, preprocessing.Height, preprocessing.Filter,
            (left, top, Math.Min(left + width, source.Width), Math.Min(top + height, source.Height)));
    }

    private static int Places(double share, int side, SeededRandom random) => (int)Math.Round(share * side) is var most
        ? random.Next((2 * most) + 1) - most : 0;

    private static double Around(double middle, double most, SeededRandom random) =>
        middle + (((2 * random.NextDouble()) - 1) * most);
}
