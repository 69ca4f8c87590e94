using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>An input or output: its name, element type and dimensions.</summary>
/// <param name="Name">The value's name in the graph.</param>
/// <param name="Type">The element type.</param>
/// <param name="Dimensions">The sizes, -1 where any size will do (the batch, and height and width in some models); null where the
/// rank is not known before the run.</param>
public sealed record ValueInfo(string Name, ElementType Type, IReadOnlyList<int>? Dimensions)
{
    /// <summary>The type that the file says; <see cref="Type"/> is what stands for it in graphs.</summary>
    public ElementType StoredType { get; init; } = Type;

    /// <summary>Name, type and dimensions, for messages.</summary>
    public override string ToString() => $"{Name}: {StoredType}{(Dimensions == null ? "[...]" : ShapeText.Of([.. Dimensions]))}";
}
