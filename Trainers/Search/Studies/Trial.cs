namespace MlPipeline.Trainers.Search;

/// <summary>A trial that is being worked on: what to try, and where to say how it goes.</summary>
public sealed class Trial
{
    private readonly List<CurvePoint> _curve = [];

    private bool _ended;

    internal Trial(Study study, int number, double[] point, Parameter parameters)
    {
        Study = study;
        Number = number;
        Point = point;
        Parameters = parameters;
    }

    /// <summary>The number, from 0.</summary>
    public int Number { get; }

    /// <summary>What to try.</summary>
    public Parameter Parameters { get; }

    /// <summary>A seed for what is random in the trial: the same whenever and wherever this trial runs.</summary>
    public int Seed => SeedOf(Study.Settings.Seed, Number);

    /// <summary>The values reported so far.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    internal double[] Point { get; }

    internal Study Study { get; }

    /// <summary>Reports the objective's value after a step, such as an epoch.</summary>
    /// <param name="step">The step, from 1, larger than the one before.</param>
    /// <param name="value">The value so far.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is not larger than the one before.</exception>
    public void Report(int step, double value)
    {
        if (step < 1 || (_curve.Count > 0 && step <= _curve[^1].Step))
            throw new ArgumentOutOfRangeException(nameof(step), step, "Steps count up from 1.");
        _curve.Add(new CurvePoint(step, value));
        Study.Store.AddPoint(Number, step, value);
    }

    /// <summary>Whether the pruner would end the trial now.</summary>
    public bool ShouldPrune() => Study.ShouldPrune(this);

    /// <summary>Leaves the objective when the pruner would end the trial now.</summary>
    /// <exception cref="TrialPrunedException">It would.</exception>
    public void ThrowIfPruned()
    {
        if (ShouldPrune())
            throw new TrialPrunedException();
    }

    // FNV-1a over the eight bytes: the same on every machine, unlike System.HashCode.
    internal static int SeedOf(int seed, int number)
    {
        var hash = 2166136261;
        for (var i = 0; i < 4; i++)
            hash = (hash ^ ((uint)seed >> (8 * i) & 255)) * 16777619;
        for (var i = 0; i < 4; i++)
            hash = (hash ^ ((uint)number >> (8 * i) & 255)) * 16777619;
        return (int)(hash & 0x7FFFFFFF);
    }

    internal void End()
    {
        if (_ended)
            throw new InvalidOperationException($"Trial {Number} has ended already.");
        _ended = true;
    }
}
