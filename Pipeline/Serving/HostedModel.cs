namespace MlPipeline.Pipeline.Serving;

/// <summary>
/// A loaded model and the number of those who need it: the host while it serves the model, and every lease. Who lets go last
/// disposes it; from then on it cannot be had again.
/// </summary>
internal sealed class HostedModel<T>(T model, string version, DateTimeOffset loadedAt)
    where T : class, IDisposable
{
    private int _references = 1;

    public T Model => model;

    public string Version => version;

    public DateTimeOffset LoadedAt => loadedAt;

    /// <summary>False when everyone has let go.</summary>
    public bool TryAcquire()
    {
        for (var seen = Volatile.Read(ref _references); seen > 0;)
        {
            var found = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (found == seen)
                return true;
            seen = found;
        }

        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
            model.Dispose();
    }
}
