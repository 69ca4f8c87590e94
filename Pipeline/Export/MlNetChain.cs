using MlPipeline.Data.Demo;
using MlPipeline.Engine.Runtimes;

namespace MlPipeline.Pipeline.Export;

/// <summary>An exported model between ML.NET's own transforms: LoadImages, ResizeImages, ExtractPixels, ApplyOnnxModel, and the
/// class's name.</summary>
internal static class MlNetChain
{
    private const string Path = "ImagePath", Image = "Image", Key = "labelKey", Name = "className";

    /// <summary>Writes the zip.</summary>
    /// <returns>How near its answers are to the model's on drawn pictures.</returns>
    /// <exception cref="ExportException">It names other classes than it scores highest.</exception>
    public static ExportCheckResult Write(ImageClassificationModel model, ExportedModel exported, Stream stream)
    {
        var ml = new MLContext();
        var view = ml.Data.LoadFromEnumerable<PathRow>([]);
        var recipe = model.Backbone.Preprocessing;
        var side = exported.Graph.Inputs[0].Dimensions!;
        var folder = Directory.CreateTempSubdirectory("mlpipeline-export-").FullName;
        try
        {
            // ML.NET reads the network from a file, and once more when it saves.
            var onnx = System.IO.Path.Combine(folder, "model.onnx");
            File.WriteAllBytes(onnx, exported.Bytes);
            var chain = ml.Transforms.LoadImages(Image, "", Path)
                .Append(ml.Transforms.ResizeImages(Image, side[3], side[2], resizing: recipe.Resize == ResizeMode.Fill
                    ? ImageResizingEstimator.ResizingKind.Fill : ImageResizingEstimator.ResizingKind.IsoCrop))
                .Append(ml.Transforms.ExtractPixels(ExportedModel.Pixels, Image))
                .Append(ml.Transforms.ApplyOnnxModel([.. exported.Graph.Outputs], [ExportedModel.Pixels], onnx))
                .Append(ml.Transforms.CopyColumns("Score", ExportedModel.Scores))
                .Append(NameOf(ml, model.ClassNames));
            using var fitted = chain.Fit(view);
            ml.Model.Save(fitted, view.Schema, stream);
            return Check(ml, model, fitted, System.IO.Path.Combine(folder, "pictures"));
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new OnnxRuntimeException("ML.NET finds no native ONNX Runtime: add the package Microsoft.ML.OnnxRuntime.", e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The class's name as one text. ApplyOnnxModel gives the index as a vector of one number, and the transform of
    /// ML.NET that makes one value of a vector is the hash of all its numbers: names are looked up by it.</summary>
    private static IEstimator<ITransformer> NameOf(MLContext ml, IReadOnlyList<string> classNames)
    {
        var labels = ml.Data.LoadFromEnumerable(
            classNames.Select((name, i) => new LabelRow { label = [i], className = name }).ToArray());
        for (uint seed = 1; ; seed++)
        {
            var hash = ml.Transforms.Conversion.Hash(
                new HashingEstimator.ColumnOptions(Key, ExportedModel.Label, seed: seed, combine: true));
            var keys = hash.Fit(labels).Transform(labels);
            if (keys.GetColumn<uint>(Key).Distinct().Count() == classNames.Count)
            {
                return hash.Append(ml.Transforms.Conversion.MapValue(
                    "PredictedLabel", keys, keys.Schema[Key], keys.Schema[Name], Key));
            }
        }
    }

    private static ExportCheckResult Check(MLContext ml, ImageClassificationModel model, ITransformer chain, string folder)
    {
        var paths = SampleSet.Write(folder, new SampleSetOptions { ImagesPerClass = 1 }).Select(i => i.Path).ToArray();
        var answers = chain.Transform(
            ml.Data.LoadFromEnumerable(paths.Select(p => new PathRow { ImagePath = p }).ToArray()));
        var (different, largest) = (0, 0.0);
        foreach (var ((scores, name), path) in answers.GetColumn<float[]>("Score")
            .Zip(answers.GetColumn<string>("PredictedLabel")).Zip(paths))
        {
            var expected = model.Predict(Picture.FromFile(path));
            var highest = model.ClassNames[Array.IndexOf(scores, scores.Max())];
            if (name != highest)
            {
                throw new ExportException(
                    $"{path}: ML.NET names '{name}' where '{highest}' scores highest; nothing was written.");
            }

            different += name == expected.Label ? 0 : 1;
            largest = Math.Max(largest, scores.Zip(expected.Scores, (a, b) => Math.Abs((double)a - b)).Max());
        }

        return new ExportCheckResult("ML.NET", paths.Length, different, largest, null);
    }

    private sealed class PathRow
    {
        public string ImagePath { get; set; } = "";
    }

    // Columns are called as the members are.
    private sealed class LabelRow
    {
        [VectorType(1)]
        public long[] label { get; set; } = [];

        public string className { get; set; } = "";
    }
}
