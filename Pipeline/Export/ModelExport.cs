using MlPipeline.Data.Files;
using MlPipeline.Engine.Runtimes;
using MlPipeline.Pipeline.Export;

namespace MlPipeline;

/// <summary>Writes trained models for programs that do not have these libraries.</summary>
public static class ModelExport
{
    /// <summary>
    /// Writes a model as one plain ONNX file: <c>pixels</c> in (float N x 3 x height x width, RGB of 0 to 255; the normalisation
    /// is inside), <c>scores</c> (N x classes, as the model gives them), <c>label</c> (N, the index of the highest) and, for
    /// heads that are linear in a pooled feature map, <c>heatmap</c> (N x rows x columns, of that label) out. Class names,
    /// preprocessing, metrics and the backbone's licence are in its metadata.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; replaced if it is there. It is written only when this project's engine and ONNX Runtime,
    /// whose native library the program must have, give the model's answers with it: scores within 1e-5 (0.01 where the options
    /// allow more), the same labels.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ExportException">A part of the model cannot be exported, or the file's answers differ.</exception>
    /// <exception cref="OnnxRuntimeException">There is no native ONNX Runtime, or it refuses the file.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static ExportReport ExportOnnx(this ImageClassificationModel model, string path, ExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ExportOptions();
        var exported = ExportedModel.Of(model, options.WithPreprocessing ? PixelSource.AnySize : PixelSource.Prepared,
            options.HalfWeights);
        var checks = ExportCheck.Run(model, exported, options);
        ReplacedFile.Write(path, exported.Bytes);
        return ReportOf(path, exported, checks, []);
    }

    /// <summary>
    /// Writes a model as a chain of ML.NET's built-in transforms alone: <c>mlContext.Model.Load</c> reads it in a program that
    /// references Microsoft.ML, Microsoft.ML.ImageAnalytics, Microsoft.ML.OnnxTransformer and Microsoft.ML.OnnxRuntime. From the
    /// column <c>ImagePath</c> it makes <c>Score</c>, <c>PredictedLabel</c> and, where the model has them, <c>heatmap</c>. ML.NET
    /// decodes and resizes in its own way, so scores differ a little: docs/export.md says by how much.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; replaced if it is there. The network and head inside are checked as
    /// <see cref="ExportOnnx"/> does it.</param>
    /// <param name="options">Null for the defaults; <see cref="ExportOptions.WithPreprocessing"/> is not used.</param>
    /// <exception cref="ExportException">A part of the model cannot be exported, or the file's answers differ.</exception>
    /// <exception cref="OnnxRuntimeException">There is no native ONNX Runtime, or it refuses the network.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static ExportReport ExportMlNet(this ImageClassificationModel model, string path, ExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new ExportOptions();
        var exported = ExportedModel.Of(model, PixelSource.MlNet, options.HalfWeights);
        var checks = ExportCheck.Run(model, exported, options);
        using var file = new ReplacedFile(path);
        var whole = MlNetChain.Write(model, exported, file.Stream);
        file.Complete();
        return ReportOf(path, exported, [.. checks, whole],
            ["ML.NET decodes and resizes pictures in its own way, so its scores differ a little from the model's"]);
    }

    private static ExportReport ReportOf(string path, ExportedModel exported, IReadOnlyList<ExportCheckResult> checks,
        IEnumerable<string> notes) => new(
            path, [.. exported.Graph.Inputs.Select(i => i.ToString())],
            [.. exported.Graph.Outputs.Select(o => exported.Graph.Describe(o).ToString())], checks,
            [.. exported.Notes, .. notes]);
}
