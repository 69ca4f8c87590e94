namespace MlPipeline.Engine.Training;

/// <summary>How a network is trained.</summary>
public sealed record TrainingPlanOptions
{
    private readonly int _threads;
    private readonly double _labelSmoothing;
    private readonly double _momentum = 0.1;

    /// <summary>The options a plan has if none are given.</summary>
    public static TrainingPlanOptions Default { get; } = new();

    /// <summary>The constants to train, by name; null (the default): all that can be, see
    /// <see cref="ParameterSelection"/>.</summary>
    public IReadOnlyList<string>? Parameters { get; init; }

    /// <summary>
    /// The value that the loss is taken of, of batch x classes; null (the default): the first output, or, where that is a
    /// softmax, what goes into it.
    /// </summary>
    public string? Logits { get; init; }

    /// <summary>The share of every target that is spread over all classes; default 0 (Szegedy et al. 2015, section 7).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to less than 1.</exception>
    public double LabelSmoothing
    {
        get => _labelSmoothing;
        init => _labelSmoothing = value is >= 0 and < 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "Label smoothing must be from 0 to less than 1.");
    }

    /// <summary>
    /// Whether batch normalisations keep to their running statistics; false (the default): those whose scale or shift is trained
    /// use the batch's.
    /// </summary>
    public bool FreezeNormalization { get; init; }

    /// <summary>The share of a batch's statistics in the running ones; default 0.1, as in PyTorch.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not from 0 to 1.</exception>
    public double NormalizationMomentum
    {
        get => _momentum;
        init => _momentum = value is >= 0 and <= 1 ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The share of a batch must be from 0 to 1.");
    }

    /// <summary>Whether the network's Dropout nodes drop elements; default true.</summary>
    public bool UseDropout { get; init; } = true;

    /// <summary>Seed of the dropped elements; default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many threads compute; 0 (the default) means one per core. The results do not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int Threads
    {
        get => _threads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value;
        }
    }
}
