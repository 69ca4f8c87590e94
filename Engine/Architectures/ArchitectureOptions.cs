namespace MlPipeline.Engine.Architectures;

/// <summary>What an architecture is built for.</summary>
public sealed record ArchitectureOptions
{
    private readonly int _classes = 1000;
    private readonly int _inputSize = 224;
    private readonly int? _channels;

    /// <summary>Number of classes; default 1000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Classes
    {
        get => _classes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Classes));
            _classes = value;
        }
    }

    /// <summary>Height and width of the input in pixels; each architecture has its own default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int InputSize
    {
        get => _inputSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(InputSize));
            _inputSize = value;
        }
    }

    /// <summary>Channels of the input: 3 for colours, 1 for grey. Null (default): the architecture's own, which is 1 for LeNet-5
    /// and 3 for all others.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Neither 1 nor 3.</exception>
    public int? Channels
    {
        get => _channels;
        init => _channels = value is null or 1 or 3 ? value
            : throw new ArgumentOutOfRangeException(nameof(Channels), value, "A picture has 3 channels, or 1.");
    }

    /// <summary>Seed of the weights; the same seed gives the same bits. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether weights are drawn; false leaves them zero, for looking at shapes and sizes only. Default true.</summary>
    public bool DrawWeights { get; init; } = true;
}
