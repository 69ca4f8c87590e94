using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>
/// The shapes that a graph's values have for given shapes of its inputs, and the elements that follow from those alone.
/// </summary>
public sealed class GraphShapes
{
    private readonly Dictionary<string, Fact> _facts;

    internal GraphShapes(Dictionary<string, Fact> facts) => _facts = facts;

    /// <summary>Whether every shape is known; not so if a shape depends on elements that only the run will give.</summary>
    public bool AreAllKnown => _facts.Values.All(f => f.Shape != null);

    /// <summary>The type of a value.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public ElementType TypeOf(string value) => FactOf(value).Type;

    /// <summary>The sizes of a value; null if they depend on elements that only the run will give.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public int[]? Find(string value) => (int[]?)FactOf(value).Shape?.Clone();

    /// <summary>The sizes of a value.</summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    /// <exception cref="InvalidOperationException">They depend on elements that only the run will give.</exception>
    public int[] Of(string value) =>
        Find(value) ?? throw new InvalidOperationException(
            $"The shape of '{value}' depends on elements that only the run gives.");

    /// <summary>
    /// The elements of a value if they are constant for these shapes: a constant of the graph, or a small value computed from
    /// constants and shapes (such as the target of a Reshape); otherwise null.
    /// </summary>
    /// <exception cref="KeyNotFoundException">The graph has no such value.</exception>
    public Tensor? ElementsOf(string value) => FactOf(value).Value;

    internal Fact FactOf(string value) =>
        _facts.TryGetValue(value, out var fact) ? fact : throw new KeyNotFoundException($"The graph has no value '{value}'.");
}
