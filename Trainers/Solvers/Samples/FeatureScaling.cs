using System.Runtime.CompilerServices;
using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Solvers.Samples;

/// <summary>
/// Standardisation of features, x' = (x - mean) * scale, measured on training rows and folded into a linear model afterwards,
/// so that the final model works on the features as they come.
/// </summary>
internal sealed class FeatureScaling
{
    private FeatureScaling(float[] mean, float[] scale)
    {
        MeanArray = mean;
        ScaleArray = scale;
    }

    /// <summary>The weighted mean of each feature.</summary>
    public ReadOnlySpan<float> Mean => MeanArray;

    /// <summary>What each centred feature is multiplied with; 0 for a constant one.</summary>
    public ReadOnlySpan<float> Scale => ScaleArray;

    internal float[] MeanArray { get; }

    internal float[] ScaleArray { get; }

    /// <summary>Measures weighted means and (population) standard deviations in two passes.</summary>
    /// <param name="samples">The training rows.</param>
    /// <param name="power">
    /// How much deviations are evened out: scale = 1 / (deviation^power * r^(1 - power)), r being the root mean square of all
    /// deviations. 1 gives each feature variance 1, 0 keeps their proportions, 0.5 is known as Pareto scaling.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FeatureScaling Measure(FeatureMatrix samples, double power = 1)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (!(power is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(power), power, "The power must be 0 to 1.");
        var features = samples.FeatureCount;
        var total = Math.Max(samples.TotalWeight(), double.Epsilon);
        var mean = WeightedMean(samples, total);

        var squares = new double[features];
        for (var i = 0; i < samples.Count; i++)
        {
            var row = samples.Row(i);
            double weight = samples.WeightOf(i);
            for (var k = 0; k < features; k++)
            {
                var difference = row[k] - mean[k];
                squares[k] += weight * difference * difference;
            }
        }

        var scale = new float[features];
        var typical = Math.Pow(Math.Sqrt(squares.Average() / total), 1 - power);
        for (var k = 0; k < features; k++)
        {
            var deviation = Math.Sqrt(squares[k] / total);

            // A deviation within the rounding of the values themselves is a constant feature.
            var varies = deviation > 1e-6 * Math.Abs(mean[k]) && deviation > 1e-30;
            scale[k] = varies ? (float)(1 / (Math.Pow(deviation, power) * typical)) : 0f;
        }

        return new FeatureScaling(Array.ConvertAll(mean, value => (float)value), scale);
    }

    /// <summary>Standardises the samples where they lie: for a caller that owns them and has no use for the originals.</summary>
    public void ApplyInPlace(FeatureMatrix samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        for (var i = 0; i < samples.Count; i++)
        {
            var row = samples.Row(i);
            for (var k = 0; k < row.Length; k++)
                row[k] = (row[k] - MeanArray[k]) * ScaleArray[k];
        }
    }

    /// <summary>The model on raw features that scores as <paramref name="model"/> does on standardised ones.</summary>
    public LinearModel Fold(LinearModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var weights = new float[model.WeightArray.Length];
        var biases = new float[model.ClassCount];
        for (var c = 0; c < biases.Length; c++)
        {
            double bias = model.Biases[c];
            for (var k = 0; k < MeanArray.Length; k++)
            {
                var at = c * MeanArray.Length + k;
                weights[at] = model.WeightArray[at] * ScaleArray[k];
                bias -= (double)weights[at] * MeanArray[k];
            }

            biases[c] = (float)bias;
        }

        return new LinearModel(weights, biases);
    }

    /// <summary>The model on standardised features that scores as <paramref name="model"/> does on raw ones (a constant
    /// feature's share goes into the bias).</summary>
    public LinearModel Unfold(LinearModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var weights = new float[model.WeightArray.Length];
        var biases = new float[model.ClassCount];
        for (var c = 0; c < biases.Length; c++)
        {
            double bias = model.Biases[c];
            for (var k = 0; k < MeanArray.Length; k++)
            {
                var at = c * MeanArray.Length + k;
                bias += (double)model.WeightArray[at] * MeanArray[k];
                weights[at] = ScaleArray[k] == 0f ? 0f : model.WeightArray[at] / ScaleArray[k];
            }

            biases[c] = (float)bias;
        }

        return new LinearModel(weights, biases);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static double[] WeightedMean(FeatureMatrix samples, double total)
    {
        var mean = new double[samples.FeatureCount];
        for (var i = 0; i < samples.Count; i++)
        {
            var row = samples.Row(i);
            double weight = samples.WeightOf(i);
            for (var k = 0; k < mean.Length; k++)
                mean[k] += weight * row[k];
        }

        for (var k = 0; k < mean.Length; k++)
            mean[k] /= total;
        return mean;
    }
}
