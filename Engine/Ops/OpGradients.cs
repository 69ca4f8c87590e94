using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>What a backward pass is given besides the inputs, and where it leaves its results.</summary>
/// <param name="outputs">What the forward pass made; null where the backward pass said that it does not read it.</param>
/// <param name="ofOutputs">The gradient of each output; null where there is none: it counts as zeros.</param>
/// <param name="ofInputs">Zeros for each input whose gradient is wanted, to be added to; null for the others.</param>
internal sealed class OpGradients(
    IReadOnlyList<Tensor?> outputs, IReadOnlyList<Tensor?> ofOutputs, IReadOnlyList<Tensor?> ofInputs)
{
    public ReadOnlySpan<float> Output(int index = 0) => outputs[index]!.Floats;

    /// <summary>Whether an output takes part: another's gradient is all zeros.</summary>
    public bool Has(int output) => output < ofOutputs.Count && ofOutputs[output] != null;

    public ReadOnlySpan<float> OfOutput(int index = 0) => ofOutputs[index]!.Floats;

    public int[] OutputShape(int index = 0) => ofOutputs[index]!.Shape;

    public bool Wants(int input) => input < ofInputs.Count && ofInputs[input] != null;

    public Span<float> OfInput(int index) => ofInputs[index]!.Floats;
}
