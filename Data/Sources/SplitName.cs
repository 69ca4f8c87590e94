namespace MlPipeline.Data.Sources;

/// <summary>A part of a data set that was split before.</summary>
internal enum DataPart
{
    /// <summary>Pictures to train on.</summary>
    Train,

    /// <summary>Pictures to choose by.</summary>
    Validation,

    /// <summary>Pictures for the final figure.</summary>
    Test,
}

/// <summary>The names that parts of split data sets go by, in any case.</summary>
internal static class SplitName
{
    public const string Known = "train, val (validation, valid) or test";

    /// <summary>The part of a name; null for a name that is none of theirs.</summary>
    public static DataPart? Of(string name) => name.Trim().ToUpperInvariant() switch
    {
        "TRAIN" or "TRAINING" => DataPart.Train,
        "VAL" or "VALID" or "VALIDATION" or "DEV" => DataPart.Validation,
        "TEST" or "TESTING" => DataPart.Test,
        _ => null,
    };
}
