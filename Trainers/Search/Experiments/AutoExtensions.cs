namespace MlPipeline.Trainers.Search;

/// <summary>Brings searches over pipelines to the context, as ML.NET's AutoML does.</summary>
public static class AutoExtensions
{
    /// <summary>What makes sweepable estimators and experiments over them.</summary>
    public static AutoCatalog Auto(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new AutoCatalog(context);
    }

    /// <summary>A pipeline that goes on with an estimator whose options are searched, or with one of several.</summary>
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new SweepablePipeline([]).Append(estimator).Append(estimators);
    }
}
