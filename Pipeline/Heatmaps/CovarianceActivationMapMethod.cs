using MlPipeline.Pipeline.Backbones;

namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Class activation mapping for covariance-pooled features. Each feature is f_ij = s_ij g_ij with the covariance
/// g_ij = sum over places p of z_i(p) z_j(p) of the centred map z and s_ij = 1 / (sqrt|g_ij| * length). As z sums to 0 over the
/// places, g_ij is the sum of z_i(p) y_j(p) too, with y the map before it is centred, and the class's score falls apart into its
/// places: M_c(p) = P * sum over i, j of w_ij^c s_ij (z_i(p) y_j(p) + y_i(p) z_j(p)) / 2, for P places. Exact with s held as it
/// is in this picture: the mean of the map plus the class's bias is the class's score, as in
/// <see cref="ClassActivationMapMethod"/>.
/// </summary>
/// <remarks>
/// z_i(p) z_j(p) would sum to the same score, but gives places where nothing is seen the share of the means with which they
/// are centred: sky and plain ground would glow. y is 0 there.
/// </remarks>
public sealed class CovarianceActivationMapMethod : IHeatmapMethod
{
    /// <inheritdoc/>
    public string Name => "covariance-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => pooling == MapPooling.Covariance;

    /// <summary>The features of a map: signed square roots of the covariances of its channels, at unit length.</summary>
    internal static void Pool(ReadOnlySpan<float> featureMap, FeatureMapShape shape, Span<float> features)
    {
        var scale = (float)(1 / Products(Centred(featureMap, shape), shape, features));
        for (var k = 0; k < features.Length; k++)
            features[k] = scale * MathF.CopySign(MathF.Sqrt(MathF.Abs(features[k])), features[k]);
    }

    /// <summary>The gradient of a score by a map, centred or not. With g the products, n^2 = sum of |g_ij| and the score
    /// s = sum of w_ij sign(g_ij) sqrt|g_ij| / n, the derivative by g_ij is w_ij / (2 n sqrt|g_ij|) - s sign(g_ij) / (2 n^2); a
    /// product of 0 counts as constant, for its root has no slope.</summary>
    internal static void Gradient(ReadOnlySpan<float> featureMap, FeatureMapShape shape, ReadOnlySpan<float> weights,
        Span<float> gradient)
    {
        var slopes = new float[weights.Length];
        var centred = Centred(featureMap, shape);
        var length = Products(centred, shape, slopes);
        var score = 0.0;
        for (var k = 0; k < slopes.Length; k++)
            score += weights[k] * Math.CopySign(Math.Sqrt(Math.Abs(slopes[k])), slopes[k]) / length;
        for (var k = 0; k < slopes.Length; k++)
        {
            slopes[k] = slopes[k] == 0 ? 0 : (float)((weights[k] / (2 * length * Math.Sqrt(Math.Abs(slopes[k]))))
                - (score * Math.Sign(slopes[k]) / (2 * length * length)));
        }

        // g_ij holds z_i z_j summed over the places; g_ii holds z_i twice. The gradient by the map before it is centred is the
        // same: its mean over the places, which would be taken off, is 0.
        var places = shape.Height * shape.Width;
        gradient.Clear();
        for (int i = 0, k = 0; i < shape.Channels; i++)
        {
            for (var j = i; j < shape.Channels; j++, k++)
            {
                for (var p = 0; p < places; p++)
                {
                    gradient[(i * places) + p] += slopes[k] * centred[(j * places) + p];
                    gradient[(j * places) + p] += slopes[k] * centred[(i * places) + p];
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: true);
        var (shape, places) = (input.Shape, input.Places);
        var featureMap = input.FeatureMap;
        var centred = Centred(featureMap, shape);
        var scales = new float[MapPools.FeaturesOf(MapPooling.Covariance, shape)];
        var common = places / Products(centred, shape, scales) / 2;
        var weights = input.ClassWeights();
        for (var k = 0; k < scales.Length; k++)
        {
            // A product of 0 is a feature of 0: it says nothing anywhere.
            scales[k] = scales[k] == 0 ? 0 : (float)(weights[k] * common / Math.Sqrt(Math.Abs(scales[k])));
        }

        map.Clear();
        Span<float> sums = new float[places], centredSums = new float[places];
        for (int i = 0, k = 0; i < shape.Channels; i++)
        {
            sums.Clear();
            centredSums.Clear();
            for (var j = i; j < shape.Channels; j++, k++)
            {
                for (var p = 0; p < places; p++)
                {
                    sums[p] += scales[k] * featureMap[(j * places) + p];
                    centredSums[p] += scales[k] * centred[(j * places) + p];
                }
            }

            for (var p = 0; p < places; p++)
            {
                var at = (i * places) + p;
                map[p] += (featureMap[at] * centredSums[p]) + (centred[at] * sums[p]);
            }
        }
    }

    /// <summary>A map less the mean of each channel.</summary>
    private static float[] Centred(ReadOnlySpan<float> featureMap, FeatureMapShape shape)
    {
        var places = shape.Height * shape.Width;
        var centred = featureMap.ToArray();
        for (var k = 0; k < shape.Channels; k++)
        {
            var channel = centred.AsSpan(k * places, places);
            var mean = 0.0;
            foreach (var value in channel)
                mean += value;
            mean /= places;
            foreach (ref var value in channel)
                value = (float)(value - mean);
        }

        return centred;
    }

    /// <summary>Sums the products of all pairs of channels of a centred map over the places, and gives the length of their signed
    /// square roots.</summary>
    private static double Products(ReadOnlySpan<float> featureMap, FeatureMapShape shape, Span<float> products)
    {
        var places = shape.Height * shape.Width;
        var squares = 0.0;
        for (int i = 0, k = 0; i < shape.Channels; i++)
        {
            var channel = featureMap.Slice(i * places, places);
            for (var j = i; j < shape.Channels; j++, k++)
            {
                var other = featureMap.Slice(j * places, places);
                var sum = 0f;
                for (var p = 0; p < places; p++)
                    sum += channel[p] * other[p];
                products[k] = sum;
                squares += Math.Abs(sum);
            }
        }

        return Math.Max(Math.Sqrt(squares), 1e-12);
    }
}
