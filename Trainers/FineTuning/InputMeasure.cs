using System.Globalization;
using MlPipeline.Imaging;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>Mean and standard deviation of each channel of a network's input, which a training from scratch normalises by (LeCun
/// et al. 1998, section 4.3). Sums are of whole numbers: they are exact in any order.</summary>
internal static class InputMeasure
{
    /// <summary>The sums of a picture.</summary>
    /// <param name="picture">The picture; it stays as it is.</param>
    /// <param name="preprocessing">How it is prepared.</param>
    public static InputSums Of(Raster picture, Preprocessing preprocessing)
    {
        using var prepared = preprocessing.Prepare(picture);
        var plain = preprocessing with
        {
            Layout = PixelLayout.Nchw,
            ColorOrder = ColorOrder.Rgb,
            Scale = 1,
            Mean = default,
            StandardDeviation = ChannelValues.All(1),
        };
        var samples = new float[plain.Length];
        plain.Write(prepared, samples);
        var plane = plain.Width * plain.Height;
        (double, double) Plane(int channel)
        {
            double sum = 0, squares = 0;
            foreach (var sample in samples.AsSpan(channel * plane, plane))
                (sum, squares) = (sum + sample, squares + ((double)sample * sample));
            return (sum, squares);
        }

        var first = Plane(0);
        return plain.Grayscale ? new InputSums(first, first, first) : new InputSums(first, Plane(1), Plane(2));
    }

    /// <summary>The backbone with the normalisation that pictures with these sums ask for.</summary>
    public static Backbone Apply(Backbone backbone, IReadOnlyList<InputSums> pictures)
    {
        var recipe = backbone.Preprocessing;
        var count = (double)pictures.Count * recipe.Width * recipe.Height;
        (float Mean, float Deviation) Of(Func<InputSums, (double Sum, double Squares)> channel)
        {
            var mean = pictures.Sum(p => channel(p).Sum) / count;
            var variance = (pictures.Sum(p => channel(p).Squares) / count) - (mean * mean);

            // A channel that is the same everywhere is only centred.
            return ((float)(mean * recipe.Scale), variance > 0 ? (float)(Math.Sqrt(variance) * recipe.Scale) : 1);
        }

        var (red, green, blue) = (Of(p => p.Red), Of(p => p.Green), Of(p => p.Blue));
        (float Mean, float Deviation)[] channels = recipe.Grayscale ? [red] : [red, green, blue];
        static string Text(IEnumerable<float> values) =>
            string.Join(" ", values.Select(v => v.ToString("0.0000", CultureInfo.InvariantCulture)));
        return backbone.WithRecipe(recipe with
        {
            Mean = new ChannelValues(red.Mean, green.Mean, blue.Mean),
            StandardDeviation = new ChannelValues(red.Deviation, green.Deviation, blue.Deviation),
        }, [$"measured on {pictures.Count} training pictures: mean {Text(channels.Select(c => c.Mean))}, "
            + $"standard deviation {Text(channels.Select(c => c.Deviation))}"]);
    }
}

/// <summary>The sums of the samples of a prepared picture, and of their squares, by channels; grey ones are alike.</summary>
internal readonly record struct InputSums((double Sum, double Squares) Red, (double Sum, double Squares) Green,
    (double Sum, double Squares) Blue);
