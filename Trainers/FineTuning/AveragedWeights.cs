using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MlPipeline.Engine.Tensors;
using MlPipeline.Engine.Training;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>The mean over steps or epochs of all that a training changes in a network: weights and running statistics.</summary>
internal sealed class AveragedWeights
{
    private readonly TrainingPlan _plan;
    private readonly FineTuningOptions _options;
    private float[][] _means = [];
    private long _count;

    public AveragedWeights(TrainingPlan plan, FineTuningOptions options) => (_plan, _options) = (plan, options);

    /// <summary>Whether there is a mean yet.</summary>
    public bool HasMean => _count > 0;

    /// <summary>Takes in the present weights after a step.</summary>
    public void StepEnded()
    {
        // In the first steps the mean would be that of where they began (as in TensorFlow).
        if (_options.AverageDecay > 0)
            Add(1 - Math.Min(_options.AverageDecay, (1.0 + _count) / (10 + _count)));
    }

    /// <summary>Takes in the present weights after an epoch.</summary>
    public void EpochEnded(int epoch)
    {
        if (epoch >= _options.AverageFromEpoch)
            Add(1.0 / (_count + 1));
    }

    /// <summary>Puts the mean into the network and the weights into the place of the mean, or both back.</summary>
    public void Swap()
    {
        foreach ((var values, var mean) in Values().Zip(_means))
        {
            var kept = values.Floats.ToArray();
            mean.CopyTo(values.Floats);
            kept.CopyTo(mean.AsSpan());
        }
    }

    /// <summary>Writes the mean.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(_count);
        writer.Write(_means.Length);
        foreach (var mean in _means)
            writer.WriteArray<float>(mean);
    }

    /// <summary>Goes back to what <see cref="Save"/> wrote.</summary>
    public void Restore(BinaryReader reader)
    {
        _count = reader.ReadInt64();
        var count = reader.ReadInt32();
        if (count is not 0 && count != Values().Count())
            throw new InvalidDataException("it has the weights of another network");
        _means = [.. Enumerable.Range(0, count).Select(_ => reader.ReadArray<float>())];
    }

    private void Add(double share)
    {
        if (_count++ == 0)
        {
            _means = [.. Values().Select(v => v.Floats.ToArray())];
            return;
        }

        var part = (float)share;
        foreach ((var values, var mean) in Values().Zip(_means))
            Move(mean, values.Floats, part);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Move(Span<float> mean, ReadOnlySpan<float> present, float part)
    {
        var means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var presents = MemoryMarshal.Cast<float, Vector<float>>(present);
        for (var i = 0; i < means.Length; i++)
            means[i] += (presents[i] - means[i]) * part;
        for (var i = means.Length * Vector<float>.Count; i < mean.Length; i++)
            mean[i] += (present[i] - mean[i]) * part;
    }

    private IEnumerable<Tensor> Values() =>
        _plan.Parameters.Select(p => p.Value).Concat(_plan.RunningStatistics.Values);
}
