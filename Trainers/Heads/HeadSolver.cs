namespace MlPipeline.Trainers;

/// <summary>How a linear head is trained.</summary>
public enum HeadSolver
{
    /// <summary>Maximum entropy by L-BFGS (OWL-QN with L1): exact, fast; the default.</summary>
    Lbfgs,

    /// <summary>Maximum entropy by mini-batch gradient descent with momentum.</summary>
    Sgd,

    /// <summary>
    /// Linear support vector machines, one class against all others. Scores are the softmax of the margins times a factor that is
    /// fitted to margins of held-out rows, and is part of the weights.
    /// </summary>
    Svm,
}
