namespace MlPipeline.Trainers.Search;

/// <summary>Sobol's sequence, which fills the space more evenly than random points, shifted by the seed (Joe and Kuo 2008).</summary>
public sealed class SobolSampler : ISampler
{
    private const int Bits = 32;

    // Joe and Kuo's direction numbers from the second dimension on: degree, coefficients, m_1 .. m_degree.
    private static readonly (int Degree, uint Coefficients, uint[] Initial)[] s_directions =
    [
        (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]), (4, 4, [1, 3, 5, 13]),
        (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]), (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]),
        (5, 13, [1, 1, 1, 3, 11]), (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
        (6, 16, [1, 3, 1, 13, 27, 49]), (6, 19, [1, 1, 1, 15, 7, 5]), (6, 22, [1, 3, 1, 15, 13, 25]), (6, 25, [1, 1, 5, 5, 19, 61]),
        (7, 1, [1, 3, 7, 11, 23, 15, 103]), (7, 4, [1, 3, 7, 13, 13, 15, 69]),
    ];

    /// <summary>The most coordinates that a space may have.</summary>
    public static int MaxDimensions => s_directions.Length + 1;

    /// <inheritdoc/>
    public string Name => "sobol";

    /// <inheritdoc/>
    public bool UsesHistory => false;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The space has more than <see cref="MaxDimensions"/> coordinates.</exception>
    public double[] Propose(Proposal proposal)
    {
        ArgumentNullException.ThrowIfNull(proposal);
        int dimensions = proposal.Space.FeatureSpaceDim;
        if (dimensions > MaxDimensions)
            throw new ArgumentException($"Sobol's sequence is made for up to {MaxDimensions} parameters, and the space has {dimensions}; take random or tpe.");

        // A point that breaks a constraint gives way to one far along the sequence.
        TrialRandom shifts = new(proposal.Seed, int.MaxValue);
        double[] shift = shifts.NextPoint(dimensions);
        uint index = (uint)proposal.Trial;
        return proposal.DrawAllowed(() =>
        {
            double[] point = Point(index, dimensions, shift);
            index += 1u << 20;
            return point;
        });
    }

    // Adding the shift modulo 1 (Cranley and Patterson 1976) keeps the evenness and gives every seed its own points.
    private static double[] Point(uint index, int dimensions, double[] shift)
    {
        var point = new double[dimensions];
        for (int dimension = 0; dimension < dimensions; dimension++)
        {
            double value = Coordinate(index, dimension) + shift[dimension];
            point[dimension] = value - Math.Floor(value);
        }

        return point;
    }

    private static double Coordinate(uint index, int dimension)
    {
        uint sum = 0;
        uint gray = index ^ (index >> 1);
        for (int bit = 0; gray >> bit != 0; bit++)
        {
            if (((gray >> bit) & 1) != 0)
                sum ^= Direction(dimension, bit);
        }

        return sum / 4294967296.0;
    }

    private static uint Direction(int dimension, int bit)
    {
        if (dimension == 0)
            return 1u << (Bits - 1 - bit);
        (int degree, uint coefficients, uint[] initial) = s_directions[dimension - 1];
        if (bit < degree)
            return initial[bit] << (Bits - 1 - bit);
        uint value = Direction(dimension, bit - degree);
        value ^= value >> degree;
        for (int k = 1; k < degree; k++)
        {
            if (((coefficients >> (degree - 1 - k)) & 1) != 0)
                value ^= Direction(dimension, bit - k);
        }

        return value;
    }
}
