using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Training;

/// <summary>What a trained constant of a network is for.</summary>
public enum ParameterKind
{
    /// <summary>Filters of a convolution or the matrix of a fully connected layer.</summary>
    Weight,

    /// <summary>What is added to a layer's output: mostly trained without weight decay.</summary>
    Bias,

    /// <summary>Scale or shift of a normalisation, or the slope of an activation: mostly trained without weight decay.</summary>
    Normalization,
}

/// <summary>A constant of a network that is trained: its present value, and its gradient after a step.</summary>
public sealed class TrainedParameter
{
    internal TrainedParameter(string name, ParameterKind kind, string node, Tensor initial)
    {
        Name = name;
        Kind = kind;
        Node = node;
        Value = initial.Clone();
        Gradient = Tensor.Zeros(ElementType.Float32, initial.Dimensions.ToArray());
    }

    /// <summary>The constant's name in the graph.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public ParameterKind Kind { get; }

    /// <summary>The name of the first node that reads it.</summary>
    public string Node { get; }

    /// <summary>Its value, which optimizers change in place. The graph's own constant stays as it was.</summary>
    public Tensor Value { get; }

    /// <summary>The gradient of the loss of the last batch; overwritten by the next.</summary>
    public Tensor Gradient { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name} {Value}";
}
