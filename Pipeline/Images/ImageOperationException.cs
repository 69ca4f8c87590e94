namespace MlPipeline.Pipeline;

/// <summary>A picture that decodes, but that a step of the pipeline cannot be done on; treated as a bad image.</summary>
public sealed class ImageOperationException : Exception
{
    /// <summary>Makes an error that says which step does not fit which picture.</summary>
    public ImageOperationException(string message)
        : base(message)
    {
    }
}
