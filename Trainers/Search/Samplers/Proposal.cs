namespace MlPipeline.Trainers.Search;

/// <summary>What a sampler is asked: the point of one trial.</summary>
/// <param name="Space">Where it may look.</param>
/// <param name="Trial">The trial's number, from 0.</param>
/// <param name="Seed">The study's seed.</param>
/// <param name="History">Trials that ended before this one's generation began, by number, with values to be minimised.</param>
public sealed record Proposal(SearchSpace Space, int Trial, int Seed, IReadOnlyList<Observation> History)
{
    /// <summary>A generator of random numbers for this trial alone.</summary>
    public TrialRandom Random() => new(Seed, Trial);

    /// <summary>Whether a point keeps the space's constraints.</summary>
    public bool Allows(double[] point) => Space.Allows(Space.SampleFromFeatureSpace(point));

    /// <summary>Draws until a point keeps the constraints.</summary>
    /// <exception cref="InvalidOperationException">None of 10,000 draws does.</exception>
    public double[] DrawAllowed(Func<double[]> draw)
    {
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            var point = draw();
            if (Allows(point))
                return point;
        }

        throw new InvalidOperationException("None of 10,000 points drawn from the search space keeps its constraints.");
    }
}
