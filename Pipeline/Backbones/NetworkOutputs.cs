namespace MlPipeline;

/// <summary>What the outputs of a network mean.</summary>
public enum NetworkOutputs
{
    /// <summary>Probabilities of classes that exclude one another.</summary>
    Softmax,

    /// <summary>Scores of classes that exclude one another, whose softmax are probabilities.</summary>
    Logits,

    /// <summary>A probability for each class by itself (several classes may be in one picture), or for one of two
    /// classes.</summary>
    Sigmoid,

    /// <summary>Features: the network has no classifier.</summary>
    None,
}
