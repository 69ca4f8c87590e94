using MlPipeline.Pipeline.Features;

namespace MlPipeline.Trainers.Recipe.Network;

/// <summary>Mini-batch gradient descent on a head, step by step.</summary>
internal sealed class HeadDescent
{
    private readonly FeatureMatrix _rows;
    private readonly RecipeOptions _options;
    private readonly Random _random;
    private readonly int[] _order;
    private readonly int _batch;
    private int _next;

    public HeadDescent(FeatureMatrix rows, RecipeOptions options)
    {
        _rows = rows;
        _options = options;
        Network = new RecipeNetwork(rows.FeatureCount, rows.ClassCount, options);
        _random = new Random(options.Seed + 1);
        _order = [.. Enumerable.Range(0, rows.Count)];
        _batch = Math.Min(options.BatchSize, rows.Count);
        _next = _order.Length;
    }

    public RecipeNetwork Network { get; }

    public int StepsPerEpoch => (_order.Length + _batch - 1) / _batch;

    /// <summary>One step; returns the mean loss of its samples before it. Samples come in a new order in each epoch.</summary>
    public double Step(double rate, double decay)
    {
        if (_next >= _order.Length)
        {
            _random.Shuffle(_order);
            _next = 0;
        }

        var end = Math.Min(_next + _batch, _order.Length);
        var loss = Gradient(_order.AsSpan(_next, end - _next));
        _next = end;
        Network.Move(rate, _options.Momentum, decay);
        return loss;
    }

    /// <summary>One step over all samples at once.</summary>
    public double FullStep(double rate)
    {
        var loss = FullGradient();
        Network.Move(rate, _options.Momentum, 0);
        return loss;
    }

    /// <summary>Gathers the gradient over all samples; returns their mean loss.</summary>
    public double FullGradient() => Gradient(Enumerable.Range(0, _rows.Count).ToArray());

    public (double Loss, double Accuracy) Measure(FeatureMatrix rows)
    {
        double loss = 0;
        var right = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            (var one, var hit) = Network.Measure(rows.Row(i), rows.Labels[i]);
            loss += one;
            right += hit ? 1 : 0;
        }

        return rows.Count == 0 ? (0, 0) : (loss / rows.Count, (double)right / rows.Count);
    }

    private double Gradient(ReadOnlySpan<int> rows)
    {
        Network.ClearGradient();
        double loss = 0;
        foreach (var row in rows)
            loss += Network.AddGradient(_rows.Row(row), _rows.Labels[row], 1f / rows.Length);
        return loss / rows.Length;
    }
}
