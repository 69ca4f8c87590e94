namespace MlPipeline.Engine.Architectures;

/// <summary>What an architecture is built for.</summary>
public sealed record ArchitectureOptions
{
    private readonly int _classes = 1000;
    private readonly int _inputSize = 224;

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

    /// <summary>Seed of the weights; the same seed gives the same bits. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether weights are drawn; false leaves them zero, for looking at shapes and sizes only. Default true.</summary>
    public bool DrawWeights { get; init; } = true;
}
