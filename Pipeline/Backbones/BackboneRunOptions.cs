using MlPipeline.Engine.Runtimes;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline;

/// <summary>How a backbone is run. None of it changes the numbers; none of it is saved with a model.</summary>
public sealed record BackboneRunOptions
{
    private readonly int _batchSize;
    private readonly int _threads;

    /// <summary>What runs the network; the managed engine when null.</summary>
    public IRuntime? Runtime { get; init; }

    /// <summary>Pictures per run of the network; 0 (default) for 32, or fewer when the network's maps are large.</summary>
    public int BatchSize
    {
        get => _batchSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024);
            _batchSize = value;
        }
    }

    /// <summary>Threads that decode and that compute; 0 (default) for one for each core.</summary>
    public int Threads
    {
        get => _threads;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value;
        }
    }

    /// <summary>What happens with a picture that cannot be read: an error (default), or its row is left out and listed.</summary>
    public BadImagePolicy BadImages { get; init; }

    /// <summary>Limits for decoding.</summary>
    public DecodeOptions Decode { get; init; } = DecodeOptions.Default;

    internal int ThreadCount => Threads == 0 ? Environment.ProcessorCount : Threads;
}
