namespace MlPipeline.Trainers.Search;

/// <summary>Makes sweepable estimators and experiments over them, in the words of ML.NET's AutoML.</summary>
public sealed class SearchCatalog
{
    private readonly MLContext _context;

    internal SearchCatalog(MLContext context) => _context = context;

    /// <summary>A search for the best of a pipeline.</summary>
    public AutoMLExperiment CreateExperiment() => new(_context);

    /// <summary>An estimator whose options are searched where their class says so, by <see cref="RangeAttribute"/> and
    /// <see cref="ChoiceAttribute"/>.</summary>
    /// <typeparam name="T">The options.</typeparam>
    /// <param name="factory">Makes the estimator.</param>
    /// <param name="ss">Where to look; null for what the attributes describe.</param>
    /// <param name="name">What the parameters of this estimator are kept under; null for the name of the class without
    /// "Options".</param>
    public SweepableEstimator CreateSweepableEstimator<T>(
        Func<MLContext, T, IEstimator<ITransformer>> factory, SearchSpace<T>? ss = null, string? name = null)
        where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(factory);
        var type = typeof(T).Name;
        if (type.EndsWith("Options", StringComparison.Ordinal) && type.Length > 7)
            type = type[..^7];
        return new SweepableEstimator(name ?? char.ToLowerInvariant(type[0]) + type[1..], ss ?? new SearchSpace<T>(),
            (context, parameter) => factory(context, parameter.AsType<T>()));
    }

    /// <summary>An estimator whose parameters are searched.</summary>
    /// <param name="factory">Makes the estimator of a point of the space.</param>
    /// <param name="ss">Where to look; empty when there is nothing to choose.</param>
    /// <param name="name">What the parameters of this estimator are kept under.</param>
    public SweepableEstimator CreateSweepableEstimator(
        Func<MLContext, Parameter, IEstimator<ITransformer>> factory, SearchSpace ss, string name) => new(name, ss, factory);

    /// <summary>Linear heads with all their options (<see cref="HeadSpace"/>): solver, regularisation, scaling, class weights,
    /// and how it is solved.</summary>
    /// <param name="labelColumnName">The label: a key.</param>
    /// <param name="featureColumnName">The features: a vector of floats of known size.</param>
    /// <param name="exampleWeightColumnName">The rows' weights, if any.</param>
    public SweepableEstimator MultiClassification(
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null)
    {
        var options = new LinearHeadOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            ExampleWeightColumnName = exampleWeightColumnName,
        };
        return CreateSweepableEstimator((context, parameter) =>
            context.MulticlassClassification.Trainers.LinearHead(HeadSpace.OptionsOf(parameter, options)), HeadSpace.Create(),
                "head");
    }
}
