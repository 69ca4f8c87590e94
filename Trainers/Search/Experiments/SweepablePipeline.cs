namespace MlPipeline.Trainers.Search;

/// <summary>
/// Estimators one after the other, of which some are searched: their parameters, and where there are several in one place which
/// of them is taken. Immutable: appending gives another pipeline.
/// </summary>
public sealed class SweepablePipeline
{
    private readonly IReadOnlyList<Stage> _stages;

    internal SweepablePipeline(IReadOnlyList<Stage> stages)
    {
        _stages = stages;
        foreach (var stage in stages)
        {
            if (stage.Estimators.Count > 1)
                SearchSpace.Add(stage.Choice, new ChoiceOption([.. stage.Estimators.Select(e => e.Name)]));
            foreach (var estimator in stage.Estimators.Where(e => e.SearchSpace.Count > 0))
            {
                if (SearchSpace.ContainsKey(estimator.Name))
                    throw new ArgumentException($"Two estimators are called '{estimator.Name}': give each its own name.");
                SearchSpace.Add(estimator.Name, estimator.SearchSpace);
                if (stage.Estimators.Count > 1)
                    SearchSpace.When(estimator.Name, stage.Choice, estimator.Name);
            }
        }
    }

    /// <summary>
    /// Where is looked: the parameters of each estimator under its name, and, where one of several is taken, its name under
    /// <c>estimator</c> (<c>estimator2</c> at the second such place).
    /// </summary>
    public SearchSpace SearchSpace { get; } = [];

    /// <summary>The estimators before the first that is searched.</summary>
    internal IReadOnlyList<IEstimator<ITransformer>> Beginning =>
        [.. _stages.TakeWhile(s => s.Fixed != null).Select(s => s.Fixed!)];

    /// <summary>Goes on with an estimator that is as it is.</summary>
    public SweepablePipeline Append(IEstimator<ITransformer> estimator)
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new SweepablePipeline([.. _stages, new Stage("", estimator, [])]);
    }

    /// <summary>Goes on with an estimator whose parameters are searched, or with one of several.</summary>
    /// <exception cref="ArgumentException">There is none, or two have one name.</exception>
    public SweepablePipeline Append(params SweepableEstimator[] estimators)
    {
        ArgumentNullException.ThrowIfNull(estimators);
        if (estimators.Length == 0)
            throw new ArgumentException("At least one estimator is needed.", nameof(estimators));
        var choices = _stages.Count(s => s.Estimators.Count > 1);
        return new SweepablePipeline(
            [.. _stages, new Stage(choices == 0 ? "estimator" : $"estimator{choices + 1}", null, estimators)]);
    }

    /// <summary>The pipeline at a point of its space.</summary>
    public EstimatorChain<ITransformer> BuildFromOption(MLContext context, Parameter parameter) => Build(context, parameter, 0);

    /// <summary>The pipeline at a point, less its first estimators.</summary>
    internal EstimatorChain<ITransformer> Build(MLContext context, Parameter parameter, int from)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(parameter);
        var chain = new EstimatorChain<ITransformer>();
        foreach (var stage in _stages.Skip(from))
        {
            chain = chain.Append(stage.Fixed ?? Chosen(stage, parameter)
                .BuildFromOption(context, Part(parameter, Chosen(stage, parameter).Name)));
        }

        return chain;
    }

    private static SweepableEstimator Chosen(Stage stage, Parameter parameter) =>
        stage.Estimators.Count == 1
            ? stage.Estimators[0] : stage.Estimators.Single(e => e.Name == parameter[stage.Choice].AsType<string>());

    private static Parameter Part(Parameter parameter, string name) => parameter.TryGetValue(name, out var part)
        ? part : Parameter.CreateNestedParameter();

    internal sealed record Stage(string Choice, IEstimator<ITransformer>? Fixed, IReadOnlyList<SweepableEstimator> Estimators);
}
