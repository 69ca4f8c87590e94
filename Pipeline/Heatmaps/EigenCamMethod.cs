namespace MlPipeline.Pipeline.Heatmaps;

/// <summary>
/// Eigen-CAM (Muhammad and Yeasin 2020): the feature map, as a matrix of places by channels, projected on its first right
/// singular vector. It shows what is in the picture whatever the class.
/// </summary>
public sealed class EigenCamMethod : IHeatmapMethod
{
    private const int MostSteps = 1000;
    private const double Enough = 1e-12;

    /// <inheritdoc/>
    public string Name => "eigen-cam";

    /// <inheritdoc/>
    public bool RunsNetwork => false;

    /// <inheritdoc/>
    public bool Fits(MapPooling pooling) => true;

    /// <inheritdoc/>
    public void Compute(in HeatmapInput input, Span<float> map)
    {
        input.Check(map, readsHead: false);

        // With A = U S V', A v1 is s1 u1, and u1 the first eigenvector of A A': a small matrix, places by places.
        var products = Products(input);
        var places = input.Places;
        var vector = new double[places];
        for (var p = 0; p < places; p++)
            vector[p] = products[p * places + p];
        var value = Normalize(vector);
        for (var step = 0; step < MostSteps && value > 0; step++)
        {
            var next = Times(products, vector);
            var grown = Normalize(next);
            var moved = 0.0;
            for (var p = 0; p < places; p++)
                moved = Math.Max(moved, Math.Abs(next[p] - vector[p]));
            (vector, value) = (next, grown);
            if (moved < Enough)
                break;
        }

        // The sign of a singular vector is free: what is active is what is shown.
        var scale = Math.Sqrt(value) * (vector.Sum() < 0 ? -1 : 1);
        for (var p = 0; p < places; p++)
            map[p] = (float)(scale * vector[p]);
    }

    private static double[] Products(in HeatmapInput input)
    {
        var places = input.Places;
        var products = new double[places * places];
        for (var k = 0; k < input.Shape.Channels; k++)
        {
            var channel = input.Channel(k);
            for (var p = 0; p < places; p++)
            {
                double factor = channel[p];
                for (var q = 0; q <= p; q++)
                    products[p * places + q] += factor * channel[q];
            }
        }

        for (var p = 0; p < places; p++)
        {
            for (var q = 0; q < p; q++)
                products[q * places + p] = products[p * places + q];
        }

        return products;
    }

    private static double[] Times(double[] matrix, double[] vector)
    {
        var result = new double[vector.Length];
        for (var p = 0; p < vector.Length; p++)
        {
            for (var q = 0; q < vector.Length; q++)
                result[p] += matrix[p * vector.Length + q] * vector[q];
        }

        return result;
    }

    /// <summary>Brings a vector to length 1; gives its length.</summary>
    private static double Normalize(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(v => v * v));
        for (var p = 0; p < vector.Length && length > 0; p++)
            vector[p] /= length;
        return length;
    }
}
