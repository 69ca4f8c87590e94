namespace MlPipeline;

/// <summary>A model file that cannot be written or read; names the file and what is wrong with it.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>Makes an error about a file.</summary>
    /// <param name="path">The model file.</param>
    /// <param name="problem">What is wrong.</param>
    /// <param name="inner">The cause, if any.</param>
    public ModelFileException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner)
    {
        Path = path;
    }

    /// <summary>The model file.</summary>
    public string Path { get; }
}
