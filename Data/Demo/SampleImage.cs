using MlPipeline.Imaging;

namespace MlPipeline.Data.Demo;

/// <summary>One picture of a sample set.</summary>
/// <param name="Path">The file's absolute path.</param>
/// <param name="Label">The class of the object on it.</param>
/// <param name="Box">The smallest box around the object.</param>
public sealed record SampleImage(string Path, string Label, PixelBox Box);
