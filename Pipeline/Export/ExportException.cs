namespace MlPipeline;

/// <summary>A model that cannot be written for other programs, or whose file did not give what the model gives; names the part
/// at fault, or the figure.</summary>
public sealed class ExportException : Exception
{
    /// <summary>Makes an error.</summary>
    public ExportException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error with its cause.</summary>
    public ExportException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
