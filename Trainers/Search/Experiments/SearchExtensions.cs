using MlPipeline.Trainers.Search;

namespace MlPipeline;

/// <summary>Brings searches over pipelines to the context: <c>ml.Search()</c>, as <c>ml.Auto()</c> is ML.NET's own.</summary>
public static class SearchExtensions
{
    /// <summary>What makes sweepable estimators and experiments over them.</summary>
    public static SearchCatalog Search(this MLContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new SearchCatalog(context);
    }

    /// <summary>A pipeline that goes on with an estimator whose options are searched, or with one of several.</summary>
    public static SweepablePipeline Append(this IEstimator<ITransformer> estimator, params SweepableEstimator[] estimators)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new SweepablePipeline([]).Append(estimator).Append(estimators);
    }
}
