namespace MlPipeline.Trainers.Search;

/// <summary>Sobol's sequence, which fills the space more evenly than random points (Sobol 1967; direction numbers of Joe and Kuo
/// 2008).</summary>
public sealed class SobolSampler : ISampler
{
    private const int Bits = 32;

    // From the second dimension on: degree of the primitive polynomial, its coefficients, m_1 .. m_degree.
    private static readonly (int Degree, uint Coefficients, uint[] Initial)[] s_polynomials =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]),
        (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]),
        (5, 13, [1, 1, 1, 3, 11]), (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
        (6, 16, [1, 3, 1, 13, 27, 49]), (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]),
        (6, 25, [1, 1, 5, 5, 19, 61]),
        (7, 1, [1, 3, 7, 11, 23, 15, 103]), (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    ];

    private static readonly uint[][] s_directions = [.. Enumerable.Range(0, MaxDimensions).Select(Directions)];
    private readonly bool _shift;
    private readonly Lock _gate = new();

    // Points that break a constraint are passed over: here is where the others stand in the sequence.
    private readonly List<uint> _allowed = [];
    private (SearchSpace Space, int Seed)? _allowedIn;

    /// <summary>Makes the sampler.</summary>
    /// <param name="shift">
    /// Whether every seed has its own points: their bits are flipped where a random pattern says so, which keeps the evenness
    /// (digital shift). Default true; false gives Sobol's own points, which begin at 0.
    /// </param>
    public SobolSampler(bool shift = true) => _shift = shift;

    /// <summary>The most coordinates that a space may have.</summary>
    public static int MaxDimensions => s_polynomials.Length + 1;

    /// <inheritdoc/>
    public string Name => "sobol";

    /// <inheritdoc/>
    public bool UsesHistory => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The space has more than <see cref="MaxDimensions"/> coordinates.</exception>
    public double[] Propose(Proposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        var dimensions = proposal.Space.FeatureSpaceDim;
        if (dimensions > MaxDimensions)
        {
            throw new ArgumentException($"Sobol's sequence is made for up to {MaxDimensions} parameters, and the space has "
                + $"{dimensions}; take random or tpe.");
        }

        var shifts = new uint[dimensions];
        if (_shift)
        {
            TrialRandom random = new(proposal.Seed, int.MaxValue);
            for (var i = 0; i < dimensions; i++)
                shifts[i] = (uint)(random.NextDouble() * 4294967296.0);
        }

        lock (_gate)
        {
            if (_allowedIn is not { } known || !ReferenceEquals(known.Space, proposal.Space) || known.Seed != proposal.Seed)
            {
                _allowed.Clear();
                _allowedIn = (proposal.Space, proposal.Seed);
            }

            while (_allowed.Count <= proposal.Trial)
            {
                var index = _allowed.Count == 0 ? 0 : _allowed[^1] + 1;
                proposal.DrawAllowed(() => Point(index++, shifts));
                _allowed.Add(index - 1);
            }

            return Point(_allowed[proposal.Trial], shifts);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => _shift ? Name : $"{Name} without shift";

    private static double[] Point(uint index, uint[] shifts) =>
        [.. shifts.Select((shift, dimension) => (Coordinate(index, dimension) ^ shift) / 4294967296.0)];

    private static uint Coordinate(uint index, int dimension)
    {
        uint sum = 0;
        var gray = index ^ (index >> 1);
        for (var bit = 0; bit < Bits; bit++)
        {
            if (((gray >> bit) & 1) != 0)
                sum ^= s_directions[dimension][bit];
        }

        return sum;
    }

    // v_i = a_1 v_{i-1} + ... + a_{s-1} v_{i-s+1} + v_{i-s} + v_{i-s} / 2^s, sums without carry.
    private static uint[] Directions(int dimension)
    {
        var directions = new uint[Bits];
        if (dimension == 0)
            return [.. directions.Select((_, bit) => 1u << (Bits - 1 - bit))];
        (var degree, var coefficients, var initial) = s_polynomials[dimension - 1];
        for (var bit = 0; bit < Bits; bit++)
        {
            if (bit < degree)
            {
                directions[bit] = initial[bit] << (Bits - 1 - bit);
                continue;
            }

            var value = directions[bit - degree];
            value ^= value >> degree;
            for (var k = 1; k < degree; k++)
            {
                if (((coefficients >> (degree - 1 - k)) & 1) != 0)
                    value ^= directions[bit - k];
            }

            directions[bit] = value;
        }

        return directions;
    }
}
