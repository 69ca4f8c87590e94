namespace MlPipeline.Trainers.Search;

/// <summary>Independent uniform points (Bergstra and Bengio 2012).</summary>
public sealed class RandomSampler : ISampler
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool UsesHistory => false;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    public double[] Propose(Proposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var random = proposal.Random();
        return proposal.DrawAllowed(() => random.NextPoint(proposal.Space.FeatureSpaceDim));
    }
}
