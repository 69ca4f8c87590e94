using MlPipeline.Engine.Graphs;

namespace MlPipeline.Engine.Summaries;

/// <summary>Follows through the graph how many input pixels an element sees and how far apart neighbouring elements
/// lie.</summary>
/// <remarks>A window of k taps at dilation d widens the field by (k - 1) * d * jump, and its stride multiplies the
/// jump.</remarks>
internal sealed class ReceptiveFields(IEnumerable<ValueInfo> inputs)
{
    private readonly Dictionary<string, Field?> _fields =
        inputs.ToDictionary(i => i.Name, _ => (Field?)Field.Pixel, StringComparer.Ordinal);

    /// <summary>The field of a node's outputs, or null where they see the whole picture or are no map.</summary>
    public int[]? Follow(Node node, Window? window, HashSet<string> constants)
    {
        Field? field = Field.Pixel;
        foreach (var input in node.Inputs)
        {
            if (input.Length == 0 || constants.Contains(input))
                continue;
            field = _fields.GetValueOrDefault(input) is { } read && field is { } soFar ? soFar.Join(read) : null;
        }

        var mixesAll = node.OpType is "Gemm" or "MatMul" or "Flatten" or "Reshape" or "ReduceMean" or "Squeeze" or "Shape"
            || node.OpType.StartsWith("Global", StringComparison.Ordinal);
        field = mixesAll ? null : window is { Kernel.Length: 2 } ? field?.Through(window) : field;
        foreach (var output in node.Outputs)
            _fields[output] = field;
        return field is { } known ? [known.Height, known.Width] : null;
    }

    private readonly record struct Field(int Height, int Width, int JumpY, int JumpX)
    {
        public static Field Pixel => new(1, 1, 1, 1);

        public Field Join(Field other) => new(Math.Max(Height, other.Height), Math.Max(Width, other.Width),
            Math.Max(JumpY, other.JumpY), Math.Max(JumpX, other.JumpX));

        public Field Through(Window window) => new(
            Height + (window.Kernel[0] - 1) * window.Dilation[0] * JumpY,
            Width + (window.Kernel[1] - 1) * window.Dilation[1] * JumpX,
            JumpY * window.Stride[0], JumpX * window.Stride[1]);
    }
}
