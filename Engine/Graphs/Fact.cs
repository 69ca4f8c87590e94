using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>What is known of a value before the run: its type, mostly its shape, sometimes its elements.</summary>
/// <param name="Type">The element type.</param>
/// <param name="Shape">The sizes; null if they depend on elements that are only known in the run.</param>
/// <param name="Value">The elements, if they are known.</param>
internal sealed record Fact(ElementType Type, int[]? Shape, Tensor? Value = null)
{
    public static Fact Of(Tensor tensor) => new(tensor.Type, tensor.Shape, tensor);
}
