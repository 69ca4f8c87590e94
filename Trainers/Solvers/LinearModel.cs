using MlPipeline.Trainers.Solvers.Kernels;

namespace MlPipeline.Trainers.Solvers;

/// <summary>A linear multiclass model: score of class c = weights[c] . x + biases[c].</summary>
public sealed class LinearModel
{
    /// <summary>Wraps (does not copy) weights and biases.</summary>
    /// <param name="weights">Class after class: C x K values.</param>
    /// <param name="biases">C values.</param>
    public LinearModel(float[] weights, float[] biases)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        if (biases.Length == 0 || weights.Length == 0 || weights.Length % biases.Length != 0)
        {
            throw new ArgumentException(
                $"{weights.Length} weights are not a whole number of features for each of {biases.Length} classes.",
                    nameof(weights));
        }

        WeightArray = weights;
        BiasArray = biases;
    }

    /// <summary>All weights zero.</summary>
    public static LinearModel Zero(int classCount, int featureCount) =>
        new(new float[checked(classCount * featureCount)], new float[classCount]);

    /// <summary>The number of classes, C.</summary>
    public int ClassCount => BiasArray.Length;

    /// <summary>The number of features, K.</summary>
    public int FeatureCount => WeightArray.Length / BiasArray.Length;

    /// <summary>The weights, class after class: C x K.</summary>
    public ReadOnlySpan<float> Weights => WeightArray;

    /// <summary>The biases: C.</summary>
    public ReadOnlySpan<float> Biases => BiasArray;

    internal float[] WeightArray { get; }

    internal float[] BiasArray { get; }

    /// <summary>The linear scores (logits, margins) of one row of features.</summary>
    public void Scores(ReadOnlySpan<float> features, Span<float> scores)
    {
        var count = FeatureCount;
        if (features.Length != count)
            throw new ArgumentException($"The model takes {count} features, not {features.Length}.", nameof(features));
        for (var c = 0; c < BiasArray.Length; c++)
            scores[c] = LinearKernels.Dot(features, WeightArray.AsSpan(c * count, count)) + BiasArray[c];
    }
}
