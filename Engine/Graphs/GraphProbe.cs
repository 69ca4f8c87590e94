using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Ops;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Graphs;

/// <summary>
/// Shapes with sizes that vary are found by inferring twice, with two concrete choices for the sizes that may be any: what
/// differs between the two varies. Operators therefore infer from concrete sizes only, and everything they compute with sizes is
/// exact.
/// </summary>
internal sealed class GraphProbe
{
    // Sizes tried for height and width: common input sizes first, then small and large ones.
    private static readonly int[] Sizes = [224, 299, 320, 227, 256, 128, 96, 64, 32, 28, 16, 8, 5, 512, 1024];

    private GraphProbe(IReadOnlyList<ValueInfo> inputs, GraphShapes first, GraphShapes second)
    {
        Inputs = inputs;
        First = first;
        Second = second;
    }

    /// <summary>The inputs; where only one size worked, it has taken the place of -1.</summary>
    public IReadOnlyList<ValueInfo> Inputs { get; }

    public GraphShapes First { get; }

    public GraphShapes Second { get; }

    public static GraphProbe Of(IReadOnlyList<ValueInfo> inputs, IReadOnlyList<Node> nodes, Dictionary<string, Tensor> constants)
    {
        var anyBatch = inputs.Any(i => i.Dimensions!.Take(1).Contains(-1));
        var anySize = inputs.Any(i => i.Dimensions!.Skip(1).Contains(-1));
        GraphShapes Try(int batch, int size) => Infer(inputs, nodes, constants, i => Concrete(i, batch, size));
        if (!anyBatch && !anySize)
        {
            var only = Try(0, 0);
            return new GraphProbe(inputs, only, only);
        }

        var sizes = anySize ? Sizes : [0];
        (var batch, var size, var first) = FindFirst(Try, anyBatch ? [2, 1] : [0], sizes);
        foreach (var otherSize in anySize ? sizes.Where(s => s != size) : sizes)
        {
            if (batch != 1 && TryInfer(() => Try(batch + 1, otherSize), out var second))
                return new GraphProbe(inputs, first, second!);
        }

        // Only one size works (a fully connected layer sees the whole map, say), so it is what the inputs must have.
        var fixedBatch = batch != 1 && TryInfer(() => Try(batch + 1, size), out var more) ? -1 : batch;
        ValueInfo[] settled = [.. inputs.Select(i => i with { Dimensions = Concrete(i, fixedBatch, size) })];
        return fixedBatch < 0 ? Of(settled, nodes, constants) : new GraphProbe(settled, first, first);
    }

    /// <summary>The sizes of a value, -1 where they vary; null if not even the rank is known.</summary>
    public int[]? Symbolic(string value)
    {
        var a = First.Find(value);
        var b = Second.Find(value);
        return a == null || b == null || a.Length != b.Length ? null : [.. a.Zip(b, (x, y) => x == y ? x : -1)];
    }

    /// <summary>Whether two values have the same shape, whatever the inputs' shapes are.</summary>
    public bool SameShape(string value, string other) =>
        First.Find(value) is { } a && First.Find(other) is { } b && a.SequenceEqual(b)
        && Second.Find(value) is { } c && Second.Find(other) is { } d && c.SequenceEqual(d);

    public static GraphShapes Infer(IReadOnlyList<ValueInfo> inputs, IReadOnlyList<Node> nodes,
        Dictionary<string, Tensor> constants, Func<ValueInfo, int[]> shapeOf)
    {
        Dictionary<string, Fact> facts = new(StringComparer.Ordinal);
        foreach ((var name, var tensor) in constants)
        {
            facts[name] = Fact.Of(tensor);
        }

        foreach (var input in inputs)
        {
            var shape = shapeOf(input);
            facts[input.Name] = Tensor.IsPossible(shape)
                ? new Fact(input.Type, shape)
                : throw OnnxException.In(null, $"input '{input.Name}' of {ShapeText.Of(shape)} is too large");
        }

        foreach (var node in nodes)
        {
            Fact?[] read = [.. node.Inputs.Select(i => i.Length == 0 ? null : facts[i])];
            var made = OpRegistry.Of(node).Infer(node, read);
            for (var i = 0; i < made.Length; i++)
            {
                if (node.Outputs[i].Length > 0)
                    facts[node.Outputs[i]] = made[i];
            }
        }

        return new GraphShapes(facts);
    }

    /// <summary>Throws if a concrete shape is not one that the input may have.</summary>
    public static void CheckFits(ValueInfo input, ReadOnlySpan<int> shape)
    {
        var fits = shape.Length == input.Dimensions!.Count;
        for (var i = 0; fits && i < shape.Length; i++)
            fits = input.Dimensions[i] < 0 ? shape[i] >= 0 : input.Dimensions[i] == shape[i];
        if (!fits)
            throw new ArgumentException($"Input {input} cannot have the shape {ShapeText.Of(shape)}.");
    }

    private static int[] Concrete(ValueInfo input, int batch, int size) =>
        [.. input.Dimensions!.Select((d, axis) => d >= 0 ? d : axis == 0 ? batch : size)];

    private static (int Batch, int Size, GraphShapes Shapes) FindFirst(Func<int, int, GraphShapes> infer, int[] batches,
        int[] sizes)
    {
        OnnxException? failure = null;
        foreach (var batch in batches)
        {
            foreach (var size in sizes)
            {
                try
                {
                    return (batch, size, infer(batch, size));
                }
                catch (OnnxException error)
                {
                    failure ??= error;
                }
            }
        }

        throw failure!;
    }

    private static bool TryInfer(Func<GraphShapes> infer, out GraphShapes? shapes)
    {
        try
        {
            shapes = infer();
            return true;
        }
        catch (OnnxException)
        {
            shapes = null;
            return false;
        }
    }
}
