using MlPipeline.Data.Sources;

namespace MlPipeline;

/// <summary>The weights of a linear head: class c scores w_c · f + b_c on the pooled features f.</summary>
public sealed class LinearHeadWeights
{
    /// <summary>The kind of the annotation with which a linear head leaves its weights on its Score column: C x K weights,
    /// row-major, then C biases.</summary>
    public const string AnnotationKind = "LinearHeadWeights";

    /// <summary>Makes the weights of a linear head.</summary>
    /// <param name="weights">C x K weights, row-major: one row of K weights for each class.</param>
    /// <param name="biases">C biases.</param>
    /// <param name="classNames">C class names, in the order of the rows.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public LinearHeadWeights(float[] weights, float[] biases, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(biases);
        ArgumentNullException.ThrowIfNull(classNames);
        if (biases.Length == 0 || biases.Length != classNames.Count)
        {
            throw new ArgumentException(
                $"A linear head needs one bias for each "
                + $"class: {biases.Length} biases, {classNames.Count} class names.", nameof(biases));
        }

        if (weights.Length == 0 || weights.Length % biases.Length != 0)
        {
            throw new ArgumentException(
                $"A linear head of {biases.Length} classes needs classes x features weights, "
                + $"not {weights.Length}.", nameof(weights));
        }

        Weights = weights;
        Biases = biases;
        ClassNames = classNames;
    }

    /// <summary>The weights that a column of scores carries, with its slot names as class names (numbers from 0
    /// without).</summary>
    /// <param name="score">The column.</param>
    /// <returns>Null when the column carries none.</returns>
    public static LinearHeadWeights? FromScoreColumn(DataViewSchema.Column score)
    {
        if (score.Type is not VectorDataViewType { Size: > 0 and var classes }
            || score.Annotations.Schema.GetColumnOrNull(AnnotationKind) is not { } kind
            || kind.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var item } }
            || item != typeof(float))
        {
            return null;
        }

        VBuffer<float> values = default;
        score.Annotations.GetValue(AnnotationKind, ref values);
        float[] all = [.. values.DenseValues()];
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (score.HasSlotNames())
            score.GetSlotNames(ref names);
        return new LinearHeadWeights(all[..^classes], all[^classes..], names.Length == classes
            ? [.. names.DenseValues().Select(name => name.ToString())]
            : [.. Enumerable.Range(0, classes).Select(c => $"{c}")]);
    }

    /// <summary>C x K weights, row-major.</summary>
    public float[] Weights { get; }

    /// <summary>C biases.</summary>
    public float[] Biases { get; }

    /// <summary>C class names.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>C, the number of classes.</summary>
    public int ClassCount => Biases.Length;

    /// <summary>K, the number of pooled features.</summary>
    public int FeatureCount => Weights.Length / Biases.Length;

    /// <summary>The K weights of one class.</summary>
    /// <param name="classIndex">From 0 to <see cref="ClassCount"/> - 1.</param>
    public ReadOnlySpan<float> WeightsOf(int classIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(classIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(classIndex, ClassCount);
        return Weights.AsSpan(classIndex * FeatureCount, FeatureCount);
    }

    /// <summary>The K weights of one class, less those of another.</summary>
    internal ReadOnlySpan<float> WeightsOf(int classIndex, int? against)
    {
        if (against is not { } other)
            return WeightsOf(classIndex);
        float[] difference = [.. WeightsOf(classIndex)];
        var taken = WeightsOf(other);
        for (var k = 0; k < difference.Length; k++)
            difference[k] -= taken[k];
        return difference;
    }

    /// <summary>The weights of some consecutive features, with all biases.</summary>
    /// <param name="offset">The first feature.</param>
    /// <param name="count">How many.</param>
    public LinearHeadWeights Part(int offset, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, FeatureCount - offset);
        if (count == FeatureCount)
            return this;
        var weights = new float[ClassCount * count];
        for (var c = 0; c < ClassCount; c++)
            WeightsOf(c).Slice(offset, count).CopyTo(weights.AsSpan(c * count));
        return new LinearHeadWeights(weights, Biases, ClassNames);
    }

    /// <summary>The index of a class by its name.</summary>
    /// <exception cref="ArgumentException">There is no such class; the message lists those there are.</exception>
    public int IndexOf(string className) => IndexOf(className, ClassNames);

    internal static int IndexOf(string className, IReadOnlyList<string> classNames)
    {
        for (var i = 0; i < classNames.Count; i++)
        {
            if (string.Equals(classNames[i], className, StringComparison.Ordinal))
                return i;
        }

        throw new ArgumentException(
            $"There is no class '{className}'; the classes are {NameList.Of(classNames)}.", nameof(className));
    }

    /// <summary>The weights of a model of ML.NET's linear trainers (maximum entropy by L-BFGS or SDCA).</summary>
    /// <param name="model">The model: the <c>Model</c> of the trained transformer.</param>
    /// <param name="classNames">The class names, in the order of its scores.</param>
    public static LinearHeadWeights Of(LinearMulticlassModelParametersBase model, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(model);
        VBuffer<float>[] rows = [];
        model.GetWeights(ref rows, out _);
        return new LinearHeadWeights([.. rows.SelectMany(r => r.DenseValues())], [.. model.GetBiases()], classNames);
    }

    /// <summary>Puts the weights on a Score column that is being made.</summary>
    public void AddTo(DataViewSchema.Annotations.Builder score)
    {
        ArgumentNullException.ThrowIfNull(score);
        VBuffer<float> numbers = new(Weights.Length + Biases.Length, [.. Weights, .. Biases]);
        score.Add(AnnotationKind, new VectorDataViewType(NumberDataViewType.Single, numbers.Length),
            (ref VBuffer<float> value) => numbers.CopyTo(ref value));
    }
}
