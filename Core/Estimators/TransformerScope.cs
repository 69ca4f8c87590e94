namespace MlPipeline.Core;

/// <summary>When a transformer of a chain is applied.</summary>
[Flags]
public enum TransformerScope
{
    /// <summary>Never.</summary>
    None = 0,
    /// <summary>When training.</summary>
    Training = 1,
    /// <summary>When testing.</summary>
    Testing = 2,
    /// <summary>When scoring.</summary>
    Scoring = 4,
    /// <summary>When training and testing.</summary>
    TrainTest = Training | Testing,
    /// <summary>Always.</summary>
    Everything = Training | Testing | Scoring,
}
