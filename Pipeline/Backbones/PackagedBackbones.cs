using MlPipeline.Engine.Onnx;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// The networks of ML.NET's packages Microsoft.ML.DnnImageFeaturizer.*, which copy an ONNX file beside the program. They were
/// written by CNTK, take BGR in 0..255 less ImageNet's means, and have no classifier. A reference to a package is all it takes;
/// their files are recognised wherever they lie.
/// </summary>
internal static class PackagedBackbones
{
    private const string Producer = "CNTK";

    // The ends of the packages' names, which are also those of folder and file: DnnImageModels/ResNet18Onnx/ResNet18.onnx.
    private static readonly string[] s_names = ["ResNet18", "ResNet50", "ResNet101", "AlexNet"];

    /// <summary>Those whose package is referenced.</summary>
    public static IReadOnlyList<BackboneEntry> Here =>
        [.. s_names.Where(n => File.Exists(PathOf(n))).Select(n => new BackboneEntry
    {
        Name = n.ToLowerInvariant(),
        Kind = BackboneKind.Package,
        Path = PathOf(n),
        Bytes = new FileInfo(PathOf(n)).Length,
        Options = new BackboneOptions { Name = n.ToLowerInvariant(), Preprocessing = Preprocessing.Caffe(), Licence = "MIT" },
    })];

    /// <summary>What is known of an ONNX file that comes from one of the packages; null for others.</summary>
    public static BackboneOptions? Recognise(OnnxModel model, string fileName)
    {
        if (model.ProducerName != Producer
            || model.ToGraph().Inputs is not [{ Dimensions: [_, 3, > 0 and var height, > 0 and var width] }])
        {
            return null;
        }

        var name = Array.Find(s_names,
            n => n.Equals(Path.GetFileNameWithoutExtension(fileName), StringComparison.OrdinalIgnoreCase));
        return new BackboneOptions
        {
            Name = name?.ToLowerInvariant(),
            Preprocessing = Preprocessing.Caffe() with
            {
                Width = width,
                Height = height,
                ShorterSide = Math.Max(256, Math.Max(width, height))
            },
            Licence = name is null ? null : "MIT",
        };
    }

    private static string PathOf(string name) =>
        Path.Combine(AppContext.BaseDirectory, "DnnImageModels", name + "Onnx", name + ".onnx");
}
