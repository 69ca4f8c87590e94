namespace MlPipeline;

/// <summary>What an exported model does beside the network and the head, and what it is checked on.</summary>
public sealed record ExportOptions
{
    /// <summary>Whether the file takes pictures of any size, and resizes and crops them itself; false (default) for pictures
    /// that have the network's input size.</summary>
    public bool WithPreprocessing { get; init; }

    /// <summary>Whether the weights are stored as float16, which halves the file; computed is in single precision all the same.
    /// Normalisations are folded into the weights before these are rounded. The scores may then differ from the model's by 0.01.
    /// Default false.</summary>
    public bool HalfWeights { get; init; }

    /// <summary>Pictures to check the file on, beside the drawn ones that it is always checked on.</summary>
    public IReadOnlyList<string> CheckPictures { get; init; } = [];
}
