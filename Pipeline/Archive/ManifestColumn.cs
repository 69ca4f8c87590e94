namespace MlPipeline.Pipeline;

/// <summary>A column of the data a model was trained on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words.</param>
public sealed record ManifestColumn(string Name, string Type);
