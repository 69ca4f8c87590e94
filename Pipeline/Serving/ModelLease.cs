using MlPipeline.Pipeline.Serving;

namespace MlPipeline;

/// <summary>A model that stays alive until the lease is disposed, also when it is replaced meanwhile. Hold it for one call or
/// one batch: <c>using var lease = host.Lease();</c>.</summary>
/// <typeparam name="T">The model.</typeparam>
public readonly struct ModelLease<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Hold? _hold;

    internal ModelLease(HostedModel<T> acquired) => _hold = new Hold(acquired);

    /// <summary>The model; not to be used after the lease.</summary>
    public T Model => Held.Model;

    /// <summary>The SHA-256 of the model's file, in lower-case hexadecimal.</summary>
    public string Version => Held.Version;

    private HostedModel<T> Held =>
        _hold?.Model ?? throw new ObjectDisposedException("lease", "The lease of the model has ended.");

    /// <summary>Ends the lease; the model is disposed when it was replaced and this was its last lease. A second call does
    /// nothing.</summary>
    public void Dispose() => _hold?.Release();

    // Copies of the structure share it, so that a lease that is disposed twice is counted once.
    private sealed class Hold(HostedModel<T> acquired)
    {
        private HostedModel<T>? _model = acquired;

        public HostedModel<T>? Model => Volatile.Read(ref _model);

        public void Release() => Interlocked.Exchange(ref _model, null)?.Release();
    }
}
