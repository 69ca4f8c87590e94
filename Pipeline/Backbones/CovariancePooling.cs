using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>
/// Covariance (second-order) pooling: which channels of a map are active together, instead of how active each is on the mean.
/// It tells textures and fine kinds apart where means are alike.
/// </summary>
/// <remarks>
/// Bilinear pooling (Lin, RoyChowdhury and Maji 2015) of a map against itself, centred, with their signed square root and unit
/// length. The map's signed square root is first projected to at most <see cref="MostChannels"/> channels by an orthonormal
/// matrix, drawn from a fixed seed (compact bilinear pooling, Gao, Beijbom, Zhang and Darrell 2016, section 3.2, keeps inner
/// products in the same spirit). All of it is nodes of the graph, so that it runs, is cached and is exported as the rest of the
/// network is.
/// </remarks>
internal static class CovariancePooling
{
    /// <summary>Channels after the projection, at most: 128 give 8,256 features.</summary>
    public const int MostChannels = 128;

    private const ulong Seed = 20150412;
    private const float Least = 1e-12f;

    /// <summary>The channels that are left of as many of a map.</summary>
    public static int ChannelsOf(int channels) => Math.Min(channels, MostChannels);

    /// <summary>The features of a centred map with so many channels: the upper triangle of a symmetric matrix.</summary>
    public static int FeaturesOf(int channels) => channels * (channels + 1) / 2;

    /// <summary>Adds the nodes that pool a map.</summary>
    /// <param name="value">N x K x H x W.</param>
    /// <param name="channels">K.</param>
    /// <param name="prefix">What the new names begin with.</param>
    /// <param name="nodes">Gets the nodes.</param>
    /// <param name="constants">Gets the constants.</param>
    /// <returns>The names of the features, N x d(d+1)/2, and of the map before it is centred, N x d x H x W, whose covariances
    /// they are.</returns>
    public static (string Features, string Map) Add(string value, int channels, string prefix, List<Node> nodes,
        IDictionary<string, Tensor> constants)
    {
        var kept = ChannelsOf(channels);
        var projected = Step("Conv",
            [SignedRoot(value, "map"), Constant("projection", Tensor.Of(Projection(channels, kept), kept, channels, 1, 1))],
            "projected");
        var map = Step("Sub", [projected, Step("GlobalAveragePool", [projected], "mean")], "centred");
        var rows = Step("Reshape", [map, Constant("rows_shape", Tensor.Of(new long[] { 0, kept, -1 }, 3))], "rows");
        var columns = Step("Transpose", [rows], "columns", ("perm", new long[] { 0, 2, 1 }));
        var products = Step("Reshape",
            [Step("MatMul", [rows, columns], "matrix"), Constant("flat_shape", Tensor.Of(new long[] { 0, kept * kept }, 2))],
            "flat");
        var triangle = Step("Gather", [products, Constant("triangle_indices", Tensor.Of(Triangle(kept), FeaturesOf(kept)))],
            "triangle", ("axis", 1L));
        var roots = SignedRoot(triangle, "triangle");
        var length = Step("Max",
            [Step("ReduceL2", [roots], "length", ("axes", new long[] { 1 })), Constant("least", Tensor.Of([Least], 1))],
            "safe_length");
        return (Step("Div", [roots, length], "features"), projected);

        string SignedRoot(string of, string name) => Step(
            "Mul", [Step("Sign", [of], $"{name}_sign"), Step("Sqrt", [Step("Abs", [of], $"{name}_size")], $"{name}_root")],
            $"{name}_signed_root");

        string Step(string op, string[] inputs, string name, params (string Name, object Value)[] attributes)
        {
            nodes.Add(new Node(op, inputs, [$"{prefix}_{name}"], NodeAttributes.Of(attributes)));
            return $"{prefix}_{name}";
        }

        string Constant(string name, Tensor tensor)
        {
            constants.Add($"{prefix}_{name}", tensor);
            return $"{prefix}_{name}";
        }
    }

    /// <summary>Where entry (i, j), i &lt;= j, of the matrix lies among the features: row after row of the upper
    /// triangle.</summary>
    private static long[] Triangle(int channels) =>
        [.. Enumerable.Range(0, channels)
            .SelectMany(i => Enumerable.Range(i, channels - i).Select(j => (long)(i * channels) + j))];

    /// <summary>Orthonormal rows, the same for the same sizes: Gaussian ones, each freed of those before it (Gram and
    /// Schmidt).</summary>
    private static float[] Projection(int channels, int kept)
    {
        var rows = new double[kept][];
        if (kept == channels)
            return [.. Enumerable.Range(0, kept * kept).Select(i => i / kept == i % kept ? 1f : 0f)];
        var state = Seed + (ulong)channels;
        for (var i = 0; i < kept; i++)
        {
            rows[i] = [.. Enumerable.Range(0, channels).Select(_ => Gaussian(ref state))];

            // Twice is enough for orthogonality to rounding.
            for (var pass = 0; pass < 2; pass++)
            {
                for (var j = 0; j < i; j++)
                {
                    var share = Dot(rows[i], rows[j]);
                    for (var k = 0; k < channels; k++)
                        rows[i][k] -= share * rows[j][k];
                }
            }

            var length = Math.Sqrt(Dot(rows[i], rows[i]));
            for (var k = 0; k < channels; k++)
                rows[i][k] /= length;
        }

        return [.. rows.SelectMany(r => r).Select(v => (float)v)];
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var k = 0; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    // Twelve uniform numbers (SplitMix64, Steele, Lea and Flood 2014) less six: near enough to a Gaussian, and the same bits
    // everywhere.
    private static double Gaussian(ref ulong state)
    {
        var sum = -6.0;
        for (var i = 0; i < 12; i++)
        {
            state += 0x9E3779B97F4A7C15;
            var z = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            sum += ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }

        return sum;
    }
}
