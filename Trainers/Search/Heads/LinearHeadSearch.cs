using MlPipeline.Trainers.Heads;

namespace MlPipeline.Trainers.Search;

/// <summary>Trains the linear head whose options did best in a search on the rows that it is fitted to.</summary>
/// <remarks>The search is a <see cref="HeadExperiment"/>; the best options then train on all rows. The same seed gives the same
/// head.</remarks>
public sealed class LinearHeadSearch : IEstimator<LinearHeadTransformer>
{
    private readonly HeadExperimentOptions _options;

    internal LinearHeadSearch(HeadExperimentOptions options) => _options = options;

    /// <summary>What the search of the last fit found; null before the first.</summary>
    public HeadExperimentResult? Found { get; private set; }

    /// <summary>Searches and trains.</summary>
    /// <exception cref="InvalidOperationException">No trial succeeded.</exception>
    public LinearHeadTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        Found = new HeadExperiment(_options).Execute(input, _options.Head.Cancellation);
        var best = Found.BestOptions
            ?? throw new InvalidOperationException($"The search for a head found none: {Found.Failure}.");
        return new LinearHeadTrainer(best with { Threads = _options.Threads }).Fit(input);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => new LinearHeadTrainer(_options.Head)
        .GetOutputSchema(inputSchema);
}
