using System.Text.Json.Serialization;
using MlPipeline.Pipeline.Models;

namespace MlPipeline;

/// <summary>
/// What a model file says about the model (Mitchell et al., Model cards for model reporting, 2019): read without loading it.
/// </summary>
public sealed record ModelCard
{
    /// <summary>The newest format that this version reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of the card's format.</summary>
    public int FormatVersion { get; init; } = CurrentFormat;

    /// <summary>The class names, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The columns that the model reads, as name and type.</summary>
    public IReadOnlyList<CardColumn> InputColumns { get; init; } = [];

    /// <summary>What was measured at training on pictures that had no part in it, by name (<c>microAccuracy</c>, its 95 %
    /// interval <c>microAccuracyLow</c> and <c>microAccuracyHigh</c>, ...); empty when nothing was.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The training data's fingerprint (see <see cref="ImageDataSet.Fingerprint"/>).</summary>
    public string? DataFingerprint { get; init; }

    /// <summary>The pictures that were held out from training, on which <see cref="Metrics"/> were measured; relative to the data
    /// set's folder.</summary>
    public IReadOnlyList<string> HeldOutFiles { get; init; } = [];

    /// <summary>The same pictures by their content; null when the card does not say.</summary>
    public PictureDigests? HeldOutPictures { get; init; }

    /// <summary>The pictures that the model was trained on, by their content; null when the card does not say.</summary>
    public PictureDigests? TrainingPictures { get; init; }

    /// <summary>What the head's features were like on the pictures that it was trained on; null when the card does not
    /// say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FeatureStatistics? TrainingFeatures { get; init; }

    /// <summary>Further facts for people (trainer, options, seed, ...).</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The networks inside, or named by their hash, with licence and preprocessing.</summary>
    public IReadOnlyList<CardBackbone> Backbones { get; init; } = [];

    /// <summary>The versions of the libraries that wrote the file, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();
}

/// <summary>A column that a model reads.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, in ML.NET's words.</param>
public sealed record CardColumn(string Name, string Type);
