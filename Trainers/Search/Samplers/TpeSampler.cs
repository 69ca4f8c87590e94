namespace MlPipeline.Trainers.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al. 2011): the density of good points over that of bad ones, coordinate by
/// coordinate, is the worth of a candidate.
/// </summary>
public sealed class TpeSampler : ISampler
{
    private const int MostGood = 25;
    private readonly int _startupTrials;
    private readonly int _candidates;
    private readonly double _goodShare;

    /// <summary>Makes the sampler.</summary>
    /// <param name="startupTrials">Random trials before densities are used; default 10.</param>
    /// <param name="candidates">Points drawn from the good density, of which the best is proposed; default 24.</param>
    /// <param name="goodShare">The share of the trials that counts as good, up to 25 of them; default 0.15.</param>
    public TpeSampler(int startupTrials = 10, int candidates = 24, double goodShare = 0.15)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startupTrials);
        ArgumentOutOfRangeException.ThrowIfLessThan(candidates, 1);
        if (!(goodShare > 0 && goodShare < 1))
            throw new ArgumentOutOfRangeException(nameof(goodShare), goodShare, "The share of good trials lies between 0 and 1.");
        _startupTrials = startupTrials;
        _candidates = candidates;
        _goodShare = goodShare;
    }

    /// <inheritdoc/>
    public string Name => "tpe";

    /// <inheritdoc/>
    public bool UsesHistory => true;

    /// <inheritdoc/>
    public double[] Propose(Proposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        TrialRandom random = proposal.Random();
        int?[] steps = proposal.Space.Step;
        if (proposal.History.Count < Math.Max(2, _startupTrials))
            return proposal.DrawAllowed(() => random.NextPoint(steps.Length));

        Observation[] ranked = [.. proposal.History.OrderBy(o => double.IsNaN(o.Value) ? double.PositiveInfinity : o.Value).ThenBy(o => o.Trial)];
        int good = Math.Clamp((int)Math.Ceiling(_goodShare * ranked.Length), 1, MostGood);
        ParzenEstimator[] wanted = [.. steps.Select((s, axis) => Estimate(ranked.AsSpan(0, good), axis, s))];
        ParzenEstimator[] unwanted = [.. steps.Select((s, axis) => Estimate(ranked.AsSpan(good), axis, s))];
        return proposal.DrawAllowed(() => [.. steps.Select((_, axis) => Best(wanted[axis], unwanted[axis], random))]);
    }

    private static ParzenEstimator Estimate(ReadOnlySpan<Observation> observations, int axis, int? steps)
    {
        List<double> points = [];
        foreach (Observation observation in observations)
        {
            if (observation.Active[axis])
                points.Add(observation.Point[axis]);
        }

        return new ParzenEstimator(points, steps);
    }

    private double Best(ParzenEstimator wanted, ParzenEstimator unwanted, TrialRandom random)
    {
        double best = 0;
        double worth = double.NegativeInfinity;
        for (int i = 0; i < _candidates; i++)
        {
            double candidate = wanted.Draw(random);
            double candidateWorth = wanted.LogDensity(candidate) - unwanted.LogDensity(candidate);
            if (candidateWorth > worth)
                (best, worth) = (candidate, candidateWorth);
        }

        return best;
    }
}
