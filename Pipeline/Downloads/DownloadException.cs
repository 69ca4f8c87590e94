namespace MlPipeline.Pipeline.Downloads;

/// <summary>A file that cannot be had from a server; the message says what the server did.</summary>
internal sealed class DownloadException : IOException
{
    public DownloadException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }

    /// <summary>Whether another attempt may do better.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the server asks to wait before another attempt.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
