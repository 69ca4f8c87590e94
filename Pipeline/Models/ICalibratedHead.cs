namespace MlPipeline.Pipeline.Models;

/// <summary>A head that was fitted to rows held out from its training: it knows what its probabilities mean and when not to
/// answer.</summary>
public interface ICalibratedHead
{
    /// <summary>What the linear scores were divided by so that their softmax fits held-out rows; 1 without calibration.</summary>
    double Temperature { get; }

    /// <summary>The least probability of the predicted class at which the head answers; null when it always answers.</summary>
    double? AnswerThreshold { get; }
}
