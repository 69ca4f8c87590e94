namespace MlPipeline.Trainers.Search;

/// <summary>Rows to train on and rows to judge on.</summary>
internal sealed record Split(IDataView Train, IDataView Test);

/// <summary>The value of a point of a pipeline's space: the mean over the splits of how well the pipeline does on the rows that
/// it has not seen.</summary>
internal sealed class PipelineObjective
{
    private readonly SweepablePipeline _pipeline;
    private readonly Func<MLContext, IDataView, double> _score;
    private readonly int _begun;
    private readonly Lazy<Split>[] _splits;

    public PipelineObjective(MLContext context, SweepablePipeline pipeline, IReadOnlyList<Split> splits,
        Func<MLContext, IDataView, double> score)
    {
        (_pipeline, _score) = (pipeline, score);
        var beginning = pipeline.Beginning;
        _begun = beginning.Count;
        _splits = [.. splits.Select(s => new Lazy<Split>(() => Prepare(context, beginning, s)))];
    }

    public int Splits => _splits.Length;

    public double Value(Trial trial, CancellationToken cancellation)
    {
        double sum = 0;
        for (var split = 0; split < _splits.Length; split++)
        {
            cancellation.ThrowIfCancellationRequested();

            // A context of its own, so that what is random in a trial does not depend on what runs beside it.
            var context = new MLContext(trial.Seed);
            (var train, var test) = _splits[split].Value;
            sum += _score(context, _pipeline.Build(context, trial.Parameters, _begun).Fit(train).Transform(test));
            if (_splits.Length == 1)
                continue;
            trial.Report(split + 1, sum / (split + 1));
            if (split + 1 < _splits.Length)
                trial.ThrowIfPruned();
        }

        return sum / _splits.Length;
    }

    // What comes before the search is fitted to the rows of the split that are trained on, like all else, but only once.
    private static Split Prepare(MLContext context, IReadOnlyList<IEstimator<ITransformer>> beginning, Split split)
    {
        if (beginning.Count == 0)
            return split;
        var chain = new EstimatorChain<ITransformer>();
        foreach (var estimator in beginning)
            chain = chain.Append(estimator);
        ITransformer fitted = chain.Fit(split.Train);
        return new Split(context.Data.Cache(fitted.Transform(split.Train)), context.Data.Cache(fitted.Transform(split.Test)));
    }
}
