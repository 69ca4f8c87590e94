using System.Collections.Concurrent;

namespace MlPipeline.Pipeline.Serving;

/// <summary>A loaded model and its idle prediction engines. It is disposed when none of its engines is out.</summary>
internal sealed class PooledModel<TSrc, TDst>(MLContext context, ITransformer transformer) : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    // An engine disposes its transformer otherwise, which all of them share.
    private static readonly PredictionEngineOptions s_options = new() { OwnsTransformer = false };

    private readonly ConcurrentBag<PredictionEngine<TSrc, TDst>> _idle = [];
    private volatile bool _isHandedOut;

    /// <summary>An engine that nobody else has.</summary>
    public PredictionEngine<TSrc, TDst> Take() => _idle.TryTake(out var engine) ? engine
        : context.Model.CreatePredictionEngine<TSrc, TDst>(transformer, s_options);

    public void Put(PredictionEngine<TSrc, TDst> engine) => _idle.Add(engine);

    /// <summary>Makes the first engine, which shows whether the model fits the classes.</summary>
    public void WarmUp() => Put(Take());

    /// <summary>The model, for a caller of whom nobody knows when it ends.</summary>
    public ITransformer HandOut()
    {
        _isHandedOut = true;
        return transformer;
    }

    public void Dispose()
    {
        foreach (var engine in _idle)
            engine.Dispose();
        if (!_isHandedOut)
            (transformer as IDisposable)?.Dispose();
    }
}
