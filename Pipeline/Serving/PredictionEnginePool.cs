using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using MlPipeline.Pipeline.Serving;

namespace MlPipeline;

/// <summary>
/// Prediction engines for any model that <c>mlContext.Model.Save</c> or <see cref="ModelFile"/> wrote, for any number of threads,
/// in ML.NET's words. A model can be replaced while its engines are in use: those that are out go on with the older model, which
/// is disposed when the last of them is returned. Made by
/// <see cref="PredictionEnginePoolServices.AddPredictionEnginePool{TSrc, TDst}"/>.
/// </summary>
/// <typeparam name="TSrc">A class with the model's input columns.</typeparam>
/// <typeparam name="TDst">A class with the output columns that are wanted; only those are computed.</typeparam>
public sealed partial class PredictionEnginePool<TSrc, TDst> : IDisposable
    where TSrc : class
    where TDst : class, new()
{
    private readonly Dictionary<string, ModelHost<PooledModel<TSrc, TDst>>> _hosts = new(StringComparer.Ordinal);

    // Of the engines that are out. One that is never returned is collected with its model, which then is not disposed.
    private readonly ConditionalWeakTable<PredictionEngine<TSrc, TDst>, Rented> _rented = [];

    internal PredictionEnginePool(MLContext context, IReadOnlyDictionary<string, PooledModelSource> sources, ILogger? logger)
    {
        try
        {
            foreach (var (name, source) in sources)
            {
                var host = new ModelHost<PooledModel<TSrc, TDst>>(name, source.Source,
                    path => new PooledModel<TSrc, TDst>(context, ModelFile.Load(path, context).Transformer),
                    new() { WarmUp = model => model.WarmUp(), WatchForChanges = source.WatchForChanges });
                _hosts.Add(name, host);
                if (logger is not null)
                    host.Reloaded += (_, reload) => Log(logger, name, reload);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Takes an engine, which is the caller's alone until it is given to
    /// <see cref="ReturnPredictionEngine(PredictionEngine{TSrc, TDst})"/>.</summary>
    /// <param name="modelName">The model; the one that was added without a name by default.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public PredictionEngine<TSrc, TDst> GetPredictionEngine(string modelName = "")
    {
        var lease = HostOf(modelName).Lease();
        try
        {
            var engine = lease.Model.Take();
            _rented.Add(engine, new Rented(lease));
            return engine;
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    /// <summary>Gives an engine back.</summary>
    /// <param name="engine">What <see cref="GetPredictionEngine"/> gave.</param>
    /// <exception cref="ArgumentException">It is not out.</exception>
    public void ReturnPredictionEngine(PredictionEngine<TSrc, TDst> engine)
    {
        ArgumentNullException.ThrowIfNull(engine);
        if (!_rented.Remove(engine, out var rented))
            throw new ArgumentException("The prediction engine is not one that this pool gave, or was returned already.");
        rented.Lease.Model.Put(engine);
        rented.Lease.Dispose();
    }

    /// <inheritdoc cref="ReturnPredictionEngine(PredictionEngine{TSrc, TDst})"/>
    /// <param name="modelName">The model; the engine knows it.</param>
    /// <param name="engine">What <see cref="GetPredictionEngine"/> gave.</param>
    public void ReturnPredictionEngine(string modelName, PredictionEngine<TSrc, TDst> engine)
    {
        HostOf(modelName);
        ReturnPredictionEngine(engine);
    }

    /// <summary>A prediction of the model that was added without a name.</summary>
    /// <param name="example">The row.</param>
    public TDst Predict(TSrc example) => Predict("", example);

    /// <summary>A prediction of a named model.</summary>
    /// <param name="modelName">The model.</param>
    /// <param name="example">The row.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public TDst Predict(string modelName, TSrc example)
    {
        var engine = GetPredictionEngine(modelName);
        try
        {
            return engine.Predict(example);
        }
        finally
        {
            ReturnPredictionEngine(engine);
        }
    }

    /// <summary>The model that is served now. It is not disposed, also when it was replaced: whoever holds it may use
    /// it.</summary>
    /// <param name="modelName">The model; the one that was added without a name by default.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public ITransformer GetModel(string modelName = "")
    {
        using var lease = HostOf(modelName).Lease();
        return lease.Model.HandOut();
    }

    /// <summary>Which file a model was loaded from, and how the looks for newer ones went.</summary>
    /// <param name="modelName">The model; the one that was added without a name by default.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public ModelHostStatus GetStatus(string modelName = "") => HostOf(modelName).Status;

    /// <summary>Looks for a newer file of a model now.</summary>
    /// <param name="modelName">The model; the one that was added without a name by default.</param>
    /// <param name="force">Whether the file is loaded again though it is the one that is served.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ArgumentException">There is no model of that name.</exception>
    public Task<ModelReload> ReloadAsync(string modelName = "", bool force = false, CancellationToken cancellation = default) =>
        HostOf(modelName).ReloadAsync(force, cancellation);

    /// <summary>Lets go of the models; each is disposed when its last engine is returned.</summary>
    public void Dispose()
    {
        foreach (var host in _hosts.Values)
            host.Dispose();
    }

    private ModelHost<PooledModel<TSrc, TDst>> HostOf(string modelName)
    {
        ArgumentNullException.ThrowIfNull(modelName);
        if (_hosts.TryGetValue(modelName, out var host))
            return host;
        var names = string.Join(", ", _hosts.Keys.Select(n => n.Length > 0 ? $"'{n}'" : "one without a name"));
        throw new ArgumentException(modelName.Length > 0
            ? $"The pool has no model '{modelName}'; it has {names}."
            : $"The pool has no model without a name; it has {names}.");
    }

    private static void Log(ILogger logger, string name, ModelReload reload)
    {
        if (reload.Error is { } error)
            LogRefused(logger, name, error);
        else
            LogReplaced(logger, name, reload.Version, reload.Duration);
    }

    [LoggerMessage(LogLevel.Information, "Model '{Name}' was replaced by version {Version} after {Duration}.")]
    private static partial void LogReplaced(ILogger logger, string name, string version, TimeSpan duration);

    [LoggerMessage(LogLevel.Warning, "Model '{Name}' was not replaced, the older one is served: {Error}")]
    private static partial void LogRefused(ILogger logger, string name, string error);

    private sealed record Rented(ModelLease<PooledModel<TSrc, TDst>> Lease);
}
