using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training.Plans;

/// <summary>What lasts from step to step besides the parameters: running statistics, and how many steps there were.</summary>
internal sealed class TrainingState
{
    private readonly Dictionary<string, Tensor> _statistics = new(StringComparer.Ordinal);
    private readonly Dictionary<string, float[]> _pending = new(StringComparer.Ordinal);

    /// <summary>The share of a batch's statistics in the running ones.</summary>
    public double Momentum { get; init; } = 0.1;

    /// <summary>Where random numbers begin.</summary>
    public ulong Seed { get; init; }

    /// <summary>Whether elements are dropped.</summary>
    public bool Drops { get; init; }

    /// <summary>Steps so far; random numbers follow from it.</summary>
    public long Step { get; set; }

    /// <summary>Running statistics by the names of the constants that they replace.</summary>
    public IReadOnlyDictionary<string, Tensor> Statistics => _statistics;

    /// <summary>The running statistics that stand in a constant's place.</summary>
    public Tensor StatisticsOf(string name, Tensor constant)
    {
        if (!_statistics.TryGetValue(name, out var tensor))
            _statistics.Add(name, tensor = constant.Clone());
        return tensor;
    }

    /// <summary>What the running statistics become when the step is over.</summary>
    public float[] PendingOf(string name)
    {
        if (!_pending.TryGetValue(name, out var values))
            _pending.Add(name, values = new float[_statistics[name].Length]);
        return values;
    }

    /// <summary>Ends a step: a step that is cancelled leaves no trace.</summary>
    public void Commit()
    {
        foreach ((var name, var values) in _pending)
            values.CopyTo(_statistics[name].Floats);
        Step++;
    }
}
