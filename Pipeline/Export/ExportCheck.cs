using System.Globalization;
using MlPipeline.Data.Demo;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Engine.Tensors;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;
using MlPipeline.Imaging.Resampling;
using MlPipeline.Pipeline.Heatmaps;

namespace MlPipeline.Pipeline.Export;

/// <summary>Runs an exported file on this project's engine and on ONNX Runtime, and compares its answers with the
/// model's.</summary>
internal static class ExportCheck
{
    /// <summary>The largest difference of a score, where scores are at most 1; of larger scores, their part.</summary>
    public const double Tolerance = 1e-5;

    /// <summary>The same where the file resizes the picture (Pillow's fixed-point weights round a sample here and there to its
    /// neighbour), or its weights are rounded.</summary>
    public const double RoundedTolerance = 0.01;

    private const double MapTolerance = 1e-4;

    /// <summary>A covariance that is nearly 0 is divided by its root, which makes much of the last digits; so do rounded
    /// weights.</summary>
    private const double RoundedMapTolerance = 1e-2;

    /// <exception cref="ExportException">An answer differs by more than the tolerance; the message says by how much.</exception>
    /// <exception cref="OnnxRuntimeException">There is no native ONNX Runtime.</exception>
    public static IReadOnlyList<ExportCheckResult> Run(ImageClassificationModel model, ExportedModel exported,
        ExportOptions options)
    {
        var isResized = exported.Graph.Inputs[0].Dimensions![2] < 0;
        using var managed = new ManagedRuntime().CreateSession(exported.Graph);
        using var native = new OnnxRuntime().OpenModel(exported.Bytes);
        var mapTolerance = options.HalfWeights || model.Backbone.FeatureMapPooling == MapPooling.Covariance
            ? RoundedMapTolerance : MapTolerance;
        Comparison[] comparisons = [new("managed", managed, mapTolerance), new("onnxruntime", native, mapTolerance)];
        foreach (var (name, raster) in Pictures(options.CheckPictures))
        {
            using (raster)
            using (var prepared = model.Backbone.Preprocessing.Prepare(raster))
            {
                Compare(name, prepared, false);
                if (isResized)
                    Compare(name, raster, true);
            }
        }

        return [.. comparisons.Select(c => new ExportCheckResult(c.Runtime, c.Pictures, c.DifferentLabels, c.Largest,
            isResized ? c.Resized : null))];

        void Compare(string name, Raster raster, bool resized)
        {
            var picture = Picture.FromRaster(raster, name);
            var expected = model.Head is null ? new ImageExplanation(picture, model.Predict(picture), null)
                : model.Explain(picture);
            foreach (var comparison in comparisons)
                comparison.Add(expected, InputOf(exported, raster), resized || HasCorners(model), options.HalfWeights);
        }
    }

    /// <summary>Corners are cut from a larger picture than the network's input, so that even one of that size is
    /// resized.</summary>
    private static bool HasCorners(ImageClassificationModel model) =>
        model.Backbone.Preprocessing.Views is Augmentations.Crops or Augmentations.All;

    private static Tensor InputOf(ExportedModel exported, Raster raster)
    {
        // A file for ML.NET cuts the middle out again, or takes the mean of equal pixels.
        var sides = exported.Graph.Inputs[0].Dimensions!;
        var (height, width) = (sides[2] < 0 ? raster.Height : sides[2], sides[3] < 0 ? raster.Width : sides[3]);
        using var input = width == PictureNodes.Oversampling * raster.Width
            ? Resampler.Resize(raster, width, height, ResampleFilter.Nearest) : Cropping.CenterCrop(raster, width, height);
        var pixels = new float[3 * height * width];
        PixelTensor.Write(input, pixels, PixelLayout.Nchw, ColorOrder.Rgb, 1, [0, 0, 0], [1, 1, 1]);
        return Tensor.Of(pixels, 1, 3, height, width);
    }

    private static IEnumerable<(string Name, Raster Picture)> Pictures(IReadOnlyList<string> more)
    {
        var folder = Directory.CreateTempSubdirectory("mlpipeline-check-").FullName;
        try
        {
            var drawn = SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = 1, Size = 256 });
            foreach (var (i, image) in drawn.Index())
            {
                using var square = ImageDecoder.DecodeFile(image.Path, DecodeOptions.Default);
                yield return ($"drawn picture of a {image.Label}",
                    i % 2 == 0 ? Cropping.Crop(square, 0, 20, 256, 200) : Cropping.Crop(square, 40, 0, 190, 256));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        foreach (var path in more)
            yield return (path, ImageDecoder.DecodeFile(path, DecodeOptions.Default));
    }

    private sealed class Comparison(string runtime, ISession session, double mapTolerance)
    {
        public string Runtime => runtime;

        public int Pictures { get; private set; }

        public int DifferentLabels { get; private set; }

        public double Largest { get; private set; }

        public double Resized { get; private set; }

        public void Add(ImageExplanation expected, Tensor input, bool resized, bool rounded)
        {
            var outputs = session.Run(new Dictionary<string, Tensor> { [ExportedModel.Pixels] = input });
            var scores = outputs[ExportedModel.Scores].Floats;
            var label = (int)outputs[ExportedModel.Label].Int64s[0];
            var wanted = expected.Prediction.Scores;
            var size = Math.Max(1, wanted.Max(Math.Abs));
            var difference = 0.0;
            for (var c = 0; c < wanted.Count; c++)
                difference = Worse(difference, Math.Abs((double)scores[c] - wanted[c]) / size);
            if (resized)
                Resized = Worse(Resized, difference);
            else
                Largest = Worse(Largest, difference);
            var limit = resized || rounded ? RoundedTolerance : Tolerance;
            if (!(difference <= limit))
                throw Differs(expected, "a score", difference, limit);

            // Of classes that are equal but for rounding either may be the label.
            DifferentLabels += label == expected.Prediction.LabelIndex ? 0 : 1;
            if (wanted.Max() - wanted[label] > 2 * limit * size)
            {
                throw new ExportException($"{expected.Picture.Name}: on {runtime} the file's label is {label}, the model's is "
                    + $"{expected.Prediction.LabelIndex} ({expected.Prediction.Label}); nothing was written.");
            }

            if (!resized)
                CompareMaps(expected, outputs, label);
            Pictures++;
        }

        private void CompareMaps(ImageExplanation expected, IReadOnlyDictionary<string, Tensor> outputs, int label)
        {
            if (expected.Heatmap is not { } heatmap || label != expected.Prediction.LabelIndex
                || !outputs.TryGetValue(ExportedModel.Heatmap, out var map))
            {
                return;
            }

            double difference = 0, size = 1e-6;
            for (var i = 0; i < heatmap.Values.Length; i++)
            {
                difference = Worse(difference, Math.Abs((double)map.Floats[i] - heatmap.Values[i]));
                size = Math.Max(size, Math.Abs(heatmap.Values[i]));
            }

            if (!(difference / size <= mapTolerance))
                throw Differs(expected, "the heatmap (as a part of its largest value)", difference / size, mapTolerance);
        }

        // Not a number is worse than any number.
        private static double Worse(double a, double b) => double.IsNaN(a) || a > b ? a : b;

        private ExportException Differs(ImageExplanation expected, string what, double difference, double limit) =>
            new(string.Create(CultureInfo.InvariantCulture,
                $"{expected.Picture.Name}: on {runtime} {what} differs from the model's by {difference:0.0e+0}, more than "
                + $"{limit:0.0e+0}; nothing was written."));
    }
}
