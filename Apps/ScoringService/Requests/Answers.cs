using System.Text.Json.Serialization;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.ScoringService;

/// <summary>What the model says of one picture, or why it says nothing.</summary>
internal sealed record PictureAnswer
{
    public string? Name { get; init; }

    public string? Label { get; init; }

    public float? Score { get; init; }

    /// <summary>Whether the model had better not answer; absent for a model that always answers.</summary>
    public bool? Abstained { get; init; }

    public IReadOnlyList<ClassScore>? Top { get; init; }

    public string? Error { get; init; }
}

/// <summary>The answer of <c>/v1/predict</c>.</summary>
internal sealed record PredictAnswer(string Model, string Version, IReadOnlyList<PictureAnswer> Predictions);

/// <summary>The answer of <c>/v1/explain</c> as numbers.</summary>
internal sealed record ExplainAnswer
{
    public required string Model { get; init; }

    public required string Version { get; init; }

    public required PictureAnswer Prediction { get; init; }

    /// <summary>The class that the map shows.</summary>
    public required string Class { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>The map as computed, row by row.</summary>
    public required float[] Map { get; init; }

    /// <summary>Around the largest hot part, in the upright picture's pixels; absent when no place is positive.</summary>
    public Box? Box { get; init; }

    public required int PictureWidth { get; init; }

    public required int PictureHeight { get; init; }
}

/// <summary>A box in a picture's pixels.</summary>
internal sealed record Box(int Left, int Top, int Width, int Height);

/// <summary>A model in the list of all.</summary>
internal record ModelAnswer
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required DateTimeOffset LoadedAt { get; init; }

    public required DateTimeOffset CheckedAt { get; init; }

    /// <summary>Why the newest file is not served.</summary>
    public string? LastError { get; init; }

    public required int Reloads { get; init; }

    public required int Waiting { get; init; }

    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>The heatmap methods that fit; none when the head is not linear.</summary>
    public required IReadOnlyList<string> HeatmapMethods { get; init; }

    /// <summary>The score below which the model abstains.</summary>
    public double? AnswerThreshold { get; init; }
}

/// <summary>One model with its card. Of lists of pictures, only how many there are.</summary>
internal sealed record CardAnswer
{
    public required ModelAnswer Model { get; init; }

    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    public required IReadOnlyDictionary<string, string> Properties { get; init; }

    public required IReadOnlyList<CardBackbone> Backbones { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }

    public string? DataFingerprint { get; init; }

    public int? TrainingPictures { get; init; }

    public int? HeldOutPictures { get; init; }
}

/// <summary>The answer of <c>/v1/models</c>.</summary>
internal sealed record ModelsAnswer(IReadOnlyList<ModelAnswer> Models);

/// <summary>The answer of <c>/v1/models/{name}/reload</c>.</summary>
internal sealed record ReloadAnswer(string Name, ReloadOutcome Outcome, string Version, double Seconds);

/// <summary>The answer of <c>/healthz</c> and <c>/readyz</c>.</summary>
internal sealed record HealthAnswer(string Status);

/// <summary>A problem (RFC 9457).</summary>
internal sealed record Problem(string Type, string Title, int Status, string Detail)
{
    public IReadOnlyList<PictureAnswer>? Pictures { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(PredictAnswer))]
[JsonSerializable(typeof(ExplainAnswer))]
[JsonSerializable(typeof(ModelsAnswer))]
[JsonSerializable(typeof(CardAnswer))]
[JsonSerializable(typeof(ReloadAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ServiceJson : JsonSerializerContext;
