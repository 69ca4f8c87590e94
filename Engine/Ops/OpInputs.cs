using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops;

/// <summary>
/// The inputs of a node as an operator sees them: shapes always, elements where they are known (in a run: all of them).
/// </summary>
internal sealed class OpInputs(Node node, IReadOnlyList<Fact?> facts)
{
    public int Count => facts.Count;

    public IReadOnlyList<Fact?> Facts => facts;

    public bool Has(int index) => index < facts.Count && facts[index] != null;

    public bool HasValue(int index) => Has(index) && facts[index]!.Value != null;

    public ElementType Type(int index) => At(index).Type;

    public int[] Shape(int index) => At(index).Shape ?? throw node.Error($"the shape of input {index} is not known");

    public int Rank(int index) => Shape(index).Length;

    public Tensor Value(int index) => At(index).Value ?? throw node.Error($"the elements of input {index} are not known");

    public Span<float> Floats(int index) => Value(index) is { Type: ElementType.Float32 } value
        ? value.Floats
        : throw node.Error($"input {index} must hold real numbers, but is {Value(index)}");

    /// <summary>The elements of a small whole-number input (axes, sizes, pads).</summary>
    public long[] Integers(int index)
    {
        var value = Value(index);
        return value.Type switch
        {
            ElementType.Int64 => value.Int64s.ToArray(),
            ElementType.Int32 => Array.ConvertAll(value.Int32s.ToArray(), v => (long)v),
            _ => throw node.Error($"input {index} must hold whole numbers, but is {value}"),
        };
    }

    private Fact At(int index) => Has(index) ? facts[index]! : throw node.Error($"input {index} is missing");
}
