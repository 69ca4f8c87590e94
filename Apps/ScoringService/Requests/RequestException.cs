namespace MlPipeline.ScoringService;

/// <summary>Why a request is refused: becomes a problem (RFC 9457).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="detail">What is wrong, and what would be right.</param>
internal sealed class RequestException(int status, string detail) : Exception(detail)
{
    public int Status => status;

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What each picture's fault is, where none of several could be used.</summary>
    public IReadOnlyList<PictureAnswer>? Pictures { get; init; }
}
