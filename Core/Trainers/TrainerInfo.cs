namespace MlPipeline.Core;

/// <summary>What a trainer wants of its data.</summary>
public sealed class TrainerInfo
{
    internal TrainerInfo(
        bool normalization = true, bool calibration = false, bool caching = true, bool supportIncrementalTrain = false)
    {
        NeedNormalization = normalization;
        NeedCalibration = calibration;
        WantCaching = caching;
        SupportsIncrementalTraining = supportIncrementalTrain;
    }

    /// <summary>Whether normalised features train better.</summary>
    public bool NeedNormalization { get; }

    /// <summary>Whether scores are no probabilities.</summary>
    public bool NeedCalibration { get; }

    /// <summary>Whether the data is gone through more than once.</summary>
    public bool WantCaching { get; }

    /// <summary>Whether a validation set is used.</summary>
    public bool SupportsValidation => false;

    /// <summary>Whether a test set is used while training.</summary>
    public bool SupportsTest => false;

    /// <summary>Whether training can go on from a model.</summary>
    public bool SupportsIncrementalTraining { get; }
}
