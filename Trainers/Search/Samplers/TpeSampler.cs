namespace MlPipeline.Trainers.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al. 2011), over all coordinates together (Falkner et al. 2018): of points
/// drawn from the density of good trials, the one where that density is largest against the density of the others.
/// </summary>
public sealed class TpeSampler : ISampler
{
    private const int MostGood = 25;
    private const double KernelWidth = 0.2;
    private readonly int _startupTrials;
    private readonly int _candidates;
    private readonly double _goodShare;

    /// <summary>Makes the sampler.</summary>
    /// <param name="startupTrials">Random trials before densities are used; default 10.</param>
    /// <param name="candidates">Points drawn from the good density, of which the best is proposed; default 24.</param>
    /// <param name="goodShare">The share of the trials that counts as good, up to 25 of them; default 0.2.</param>
    public TpeSampler(int startupTrials = 10, int candidates = 24, double goodShare = 0.2)
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
        var random = proposal.Random();
        var space = proposal.Space;
        if (proposal.History.Count < Math.Max(2, _startupTrials))
            return proposal.DrawAllowed(() => random.NextPoint(space.FeatureSpaceDim));
        Observation[] ranked = [.. proposal.History.OrderBy(o => double.IsNaN(o.Value) ? double.PositiveInfinity : o.Value)
            .ThenBy(o => o.Trial)];
        var good = Math.Clamp((int)Math.Ceiling(_goodShare * ranked.Length), 1, MostGood);
        int[] categories = [.. space.Flatten()
            .SelectMany(o => Enumerable.Repeat((o.Option as ChoiceOption)?.Choices.Length ?? 0, o.Option.FeatureSpaceDim))];
        var wanted = new ParzenEstimator(ranked[..good], categories, KernelWidth);
        var unwanted = new ParzenEstimator(ranked[good..], categories, KernelWidth);

        double[]? best = null;
        var worth = double.NegativeInfinity;
        for (var i = 0; i < _candidates; i++)
        {
            var candidate = proposal.DrawAllowed(() => wanted.Draw(random));
            var active = space.ActiveCoordinates(space.SampleFromFeatureSpace(candidate));
            var candidateWorth = wanted.LogDensity(candidate, active) - unwanted.LogDensity(candidate, active);
            if (best == null || candidateWorth > worth)
                (best, worth) = (candidate, candidateWorth);
        }

        return best!;
    }

    /// <inheritdoc/>
    public override string ToString() => $"tpe after {_startupTrials} trials, {_candidates} candidates, share {_goodShare}";
}
