using System.Diagnostics;

namespace MlPipeline.ScoringService;

/// <summary>A picture that is ready for the network, and whoever waits for what the model says of it.</summary>
internal sealed class PictureWork(ModelLease<ServedModel> lease, PreparedPicture picture, CancellationToken cancellation)
    : IDisposable
{
    // Whoever waits goes on on another thread than the one that runs the network.
    private readonly TaskCompletionSource<Scored> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServedModel Model => lease.Model;

    public string Version => lease.Version;

    public PreparedPicture Picture => picture;

    public long ReadySince { get; } = Stopwatch.GetTimestamp();

    /// <summary>Nobody waits any more: the client left, or the time is over.</summary>
    public bool IsAbandoned => cancellation.IsCancellationRequested;

    public Task<Scored> Done => _done.Task;

    public void Complete(Scored scored) => _done.TrySetResult(scored);

    public void Fail(Exception exception) => _done.TrySetException(exception);

    public void Dispose()
    {
        picture.Dispose();
        lease.Dispose();
        _done.TrySetCanceled(CancellationToken.None);
    }
}

/// <summary>What a model said of a picture.</summary>
/// <param name="Prediction">Its prediction, or an error.</param>
/// <param name="Version">Which model it was.</param>
/// <param name="Times">How long it took.</param>
internal sealed record Scored(ImagePrediction Prediction, string Version, StageTimes Times)
{
    /// <summary>A picture that passes a limit, as against one that is damaged.</summary>
    public bool IsTooLarge { get; init; }
}

/// <summary>How long the stages of a picture took; network and head are those of its whole batch.</summary>
internal readonly record struct StageTimes(TimeSpan Decode, TimeSpan Queue, TimeSpan Network, TimeSpan Head);
