namespace MlPipeline.Trainers.Search;

/// <summary>Chooses where the next trial of a search looks.</summary>
/// <remarks>
/// A proposal depends on nothing but its <see cref="Proposal"/>: asked again, in another process or on another thread, it is the
/// same.
/// </remarks>
public interface ISampler
{
    /// <summary>The name on the command line. <see cref="object.ToString"/> adds the options: a study is gone on with only when
    /// it is the same.</summary>
    string Name { get; }

    /// <summary>Whether proposals depend on earlier trials' results.</summary>
    bool UsesHistory { get; }

    /// <summary>The coordinates of a trial, or null when there is no further point.</summary>
    double[]? Propose(Proposal proposal);
}

/// <summary>A finished trial as a sampler sees it.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Point">Its coordinates.</param>
/// <param name="Active">For each coordinate, whether its parameter took part.</param>
/// <param name="Value">The value to be minimised; positive infinity for a trial that failed.</param>
public sealed record Observation(int Trial, double[] Point, bool[] Active, double Value);

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
