namespace MlPipeline.Pipeline.Features;

/// <summary>Writes features row by row; the file appears only when it is complete.</summary>
public interface IFeatureWriter : IDisposable
{
    /// <summary>Writes one picture's features.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="label">Its class; empty when it has none.</param>
    /// <param name="features">As many numbers as in every other row.</param>
    void Write(string path, string label, ReadOnlySpan<float> features);

    /// <summary>Finishes the file and puts it into its place. Without this call nothing is left behind.</summary>
    void Complete();
}
