using Microsoft.Extensions.DependencyInjection;
using MlPipeline.Pipeline.Serving;

namespace MlPipeline;

/// <summary>Adds models to the <see cref="PredictionEnginePool{TSrc, TDst}"/> of a service.</summary>
/// <typeparam name="TSrc">A class with the model's input columns.</typeparam>
/// <typeparam name="TDst">A class with the output columns that are wanted.</typeparam>
public sealed class PredictionEnginePoolBuilder<TSrc, TDst>
    where TSrc : class
    where TDst : class, new()
{
    private readonly Dictionary<string, PooledModelSource> _sources = new(StringComparer.Ordinal);

    internal PredictionEnginePoolBuilder(IServiceCollection services, MLContext context) =>
        (Services, Context) = (services, context);

    /// <summary>The services that the pool is one of.</summary>
    public IServiceCollection Services { get; }

    internal MLContext Context { get; }

    internal IReadOnlyDictionary<string, PooledModelSource> Sources => _sources;

    /// <summary>Adds the model without a name, from a file.</summary>
    /// <inheritdoc cref="FromFile(string, string, bool)"/>
    /// <param name="filePath">The file; see <see cref="ModelSource.FromFile"/>.</param>
    /// <param name="watchForChanges">Whether a newer file replaces the model.</param>
    public PredictionEnginePoolBuilder<TSrc, TDst> FromFile(string filePath, bool watchForChanges = true) =>
        FromFile("", filePath, watchForChanges);

    /// <summary>Adds a model from a file.</summary>
    /// <param name="modelName">Its name in this pool.</param>
    /// <param name="filePath">The file; see <see cref="ModelSource.FromFile"/>.</param>
    /// <param name="watchForChanges">Whether a newer file replaces the model.</param>
    /// <exception cref="ArgumentException">There is a model of that name.</exception>
    public PredictionEnginePoolBuilder<TSrc, TDst> FromFile(string modelName, string filePath, bool watchForChanges = true) =>
        From(modelName, ModelSource.FromFile(filePath), watchForChanges);

    /// <summary>Adds the model without a name, from a web address that is asked for newer files.</summary>
    /// <inheritdoc cref="FromUri(string, Uri, TimeSpan?)"/>
    /// <param name="uri">The address; see <see cref="ModelSource.FromUri"/>.</param>
    /// <param name="period">How often; every five minutes by default.</param>
    public PredictionEnginePoolBuilder<TSrc, TDst> FromUri(Uri uri, TimeSpan? period = null) => FromUri("", uri, period);

    /// <inheritdoc cref="FromUri(string, Uri, TimeSpan?)"/>
    public PredictionEnginePoolBuilder<TSrc, TDst> FromUri(string modelName, string uri, TimeSpan? period = null) =>
        FromUri(modelName, new Uri(uri, UriKind.RelativeOrAbsolute), period);

    /// <summary>Adds a model from a web address that is asked for newer files.</summary>
    /// <param name="modelName">Its name in this pool.</param>
    /// <param name="uri">The address; see <see cref="ModelSource.FromUri"/>.</param>
    /// <param name="period">How often; every five minutes by default.</param>
    /// <exception cref="ArgumentException">There is a model of that name, or it is no address.</exception>
    public PredictionEnginePoolBuilder<TSrc, TDst> FromUri(string modelName, Uri uri, TimeSpan? period = null) =>
        From(modelName, ModelSource.FromUri(uri, period), watchForChanges: true);

    /// <summary>Adds a model from any source.</summary>
    /// <param name="modelName">Its name in this pool; empty for the model without a name.</param>
    /// <param name="source">Where its file comes from.</param>
    /// <param name="watchForChanges">Whether a newer file replaces the model.</param>
    /// <exception cref="ArgumentException">There is a model of that name.</exception>
    public PredictionEnginePoolBuilder<TSrc, TDst> From(string modelName, IModelSource source, bool watchForChanges = true)
    {
        ArgumentNullException.ThrowIfNull(modelName);
        ArgumentNullException.ThrowIfNull(source);
        return _sources.TryAdd(modelName, new PooledModelSource(source, watchForChanges)) ? this
            : throw new ArgumentException(modelName.Length > 0
                ? $"The pool has a model '{modelName}' already; give this one another name."
                : "The pool has a model without a name already; give this one a name.");
    }
}
