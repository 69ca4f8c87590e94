namespace MlPipeline;

/// <summary>A network that cannot be found, or cannot serve as a backbone; names the file or value and says what would be
/// right.</summary>
public sealed class BackboneException : Exception
{
    /// <summary>Makes an error.</summary>
    public BackboneException(string message)
        : base(message)
    {
    }

    /// <summary>Makes an error with its cause.</summary>
    public BackboneException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
