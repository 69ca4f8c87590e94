namespace MlPipeline.Trainers.Search;

/// <summary>An estimator whose parameters are searched.</summary>
public sealed class SweepableEstimator
{
    private readonly Func<MLContext, Parameter, IEstimator<ITransformer>> _factory;

    internal SweepableEstimator(string name, SearchSpace space, Func<MLContext, Parameter, IEstimator<ITransformer>> factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(factory);
        (Name, SearchSpace, _factory) = (name, space, factory);
    }

    /// <summary>What its parameters are kept under.</summary>
    public string Name { get; }

    /// <summary>Where its parameters are looked for.</summary>
    public SearchSpace SearchSpace { get; }

    /// <summary>The estimator at a point of its space.</summary>
    public IEstimator<ITransformer> BuildFromOption(MLContext context, Parameter param)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(param);
        return _factory(context, param);
    }

    /// <summary>A pipeline that goes on with an estimator that is as it is.</summary>
    public SweepablePipeline Append(IEstimator<ITransformer> estimator) => new SweepablePipeline([]).Append(this)
        .Append(estimator);

    /// <summary>A pipeline that goes on with another whose parameters are searched, or with one of several.</summary>
    public SweepablePipeline Append(params SweepableEstimator[] estimators) => new SweepablePipeline([]).Append(this)
        .Append(estimators);
}
