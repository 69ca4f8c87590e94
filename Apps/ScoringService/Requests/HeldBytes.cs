using Microsoft.AspNetCore.Http;

namespace MlPipeline.ScoringService;

/// <summary>Counts the bytes of all bodies that are held, so that many requests together cannot take all memory.</summary>
internal sealed class HeldBytes(long limit)
{
    private long _held;

    public long Count => Interlocked.Read(ref _held);

    public Share Open() => new(this);

    /// <exception cref="RequestException">There is no room left.</exception>
    private void Add(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > limit && bytes > 0)
        {
            throw new RequestException(StatusCodes.Status429TooManyRequests,
                "the service holds as many bytes of requests as it may: try again later")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            };
        }
    }

    /// <summary>The bytes of one request, until it is disposed.</summary>
    public sealed class Share(HeldBytes owner) : IDisposable
    {
        private long _taken;

        /// <summary>How many bytes of the request were read.</summary>
        public long Read { get; set; }

        /// <exception cref="RequestException">There is no room left.</exception>
        public void Take(long bytes)
        {
            _taken += bytes;
            owner.Add(bytes);
        }

        public void Dispose() => owner.Add(-Interlocked.Exchange(ref _taken, 0));
    }
}
