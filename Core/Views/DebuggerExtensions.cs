namespace MlPipeline.Core;

/// <summary>The first rows of data, read at once, for a look in a debugger or a notebook.</summary>
public static class DebuggerExtensions
{
    private const int MaxRows = 100;

    /// <summary>The first rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows.</param>
    public static DataDebuggerPreview Preview(this IDataView data, int maxRows = MaxRows) => new(data, maxRows);

    /// <summary>What a transformer makes of the first rows.</summary>
    /// <param name="transformer">The transformer.</param>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows.</param>
    public static DataDebuggerPreview Preview(this ITransformer transformer, IDataView data, int maxRows = MaxRows)
    {
        ArgumentNullException.ThrowIfNull(transformer);
        return new DataDebuggerPreview(transformer.Transform(data), maxRows);
    }

    /// <summary>What a transformer that was fitted to the first rows makes of them.</summary>
    /// <param name="estimator">What is fitted.</param>
    /// <param name="data">The data.</param>
    /// <param name="maxRows">The most rows.</param>
    /// <param name="maxTrainingRows">The most rows fitted to.</param>
    public static DataDebuggerPreview Preview(
        this IEstimator<ITransformer> estimator, IDataView data, int maxRows = MaxRows, int maxTrainingRows = MaxRows)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfNegative(maxTrainingRows);
        ITransformer transformer = estimator.Fit(new SkipTakeView(data, 0, maxTrainingRows));
        return new DataDebuggerPreview(transformer.Transform(data), maxRows);
    }

    /// <summary>The first rows of a source.</summary>
    /// <param name="loader">The loader.</param>
    /// <param name="source">The source.</param>
    /// <param name="maxRows">The most rows.</param>
    public static DataDebuggerPreview Preview<TSource>(this IDataLoader<TSource> loader, TSource source, int maxRows = MaxRows)
    {
        ArgumentNullException.ThrowIfNull(loader);
        return new DataDebuggerPreview(loader.Load(source), maxRows);
    }
}
