namespace MlPipeline.Optimizers;

/// <summary>The loss of a support vector machine.</summary>
public enum SvmLoss
{
    /// <summary>max(0, 1 - margin)^2: "L2-loss", smooth, the faster one to train.</summary>
    SquaredHinge,

    /// <summary>max(0, 1 - margin): "L1-loss".</summary>
    Hinge,
}
