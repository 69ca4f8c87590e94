namespace MlPipeline.Data.FeatureCache;

/// <summary>A feature cache that cannot be opened, read or added to; the message names the file and the reason.</summary>
public sealed class FeatureCacheException : Exception
{
    /// <summary>Makes an error.</summary>
    /// <param name="path">The file or folder at fault; it is put in front of the message.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The cause, if any.</param>
    public FeatureCacheException(string path, string message, Exception? inner = null)
        : base($"{path}: {message}", inner)
    {
        Path = path;
    }

    /// <summary>The file or folder at fault.</summary>
    public string Path { get; }
}
