using MlPipeline.Engine.Graphs;
using MlPipeline.Engine.Onnx;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Ops.Elementwise;

/// <summary>
/// Elements converted to another type. To half precision means rounded to it; to double nothing, since graphs compute in single
/// precision.
/// </summary>
internal sealed class CastOp() : Op("Cast", 1, 1, "to", "saturate", "round_mode")
{
    /// <summary>The type that is asked for.</summary>
    public static ElementType Target(Node node)
    {
        // Before operator set 6 the type was given by its name.
        var found = node.Attributes.Has("to") && node.Opset < 6
            ? node.Attributes.Text("to").ToUpperInvariant() switch
            {
                "FLOAT" => ElementType.Float32,
                "FLOAT16" => ElementType.Float16,
                "DOUBLE" => ElementType.Float64,
                "INT64" => ElementType.Int64,
                "INT32" => ElementType.Int32,
                "BOOL" => ElementType.Bool,
                _ => null,
            }
            : node.Attributes.Int("to") is >= 0 and <= int.MaxValue and var to ? OnnxTypes.Find((int)to) : null;
        return found is { } type && OnnxTypes.ComputesAlike(type)
            ? type
            : throw node.Error(
                $"attribute 'to' asks for {(found is { } other ? $"{other}" : "an unknown type")}, which is not supported");
    }

    protected override void Validate(Node node) => _ = Target(node);

    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) =>
        [OnnxTypes.ComputedAs(Target(node))];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    /// <summary>Converts all elements to the type of the result, after rounding to the target where that is less.</summary>
    public static void Convert(Tensor x, Tensor y, ElementType target)
    {
        if (x.Type == y.Type && target is not (ElementType.Float16 or ElementType.BFloat16))
        {
            Array.Copy(x.Storage, y.Storage, x.Length);
            return;
        }

        for (var i = 0; i < x.Length; i++)
        {
            switch (y.Type)
            {
                case ElementType.Float32: y.Floats[i] = Rounded(Real(x, i), target); break;
                case ElementType.Int64: y.Int64s[i] = Whole(x, i); break;
                case ElementType.Int32:
                    y.Int32s[i] = x.Type == ElementType.Float32 ? Single(x.Floats[i]) : unchecked((int)Whole(x, i));
                    break;
                default: y.Bools[i] = x.Type == ElementType.Float32 ? x.Floats[i] != 0 : Whole(x, i) != 0; break;
            }
        }
    }

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        Convert(inputs.Value(0), outputs[0], Target(node));

    // What is no number or too large, of which ONNX says nothing, becomes the smallest, as processors have it.
    private static int Single(float x) => x is >= int.MinValue and < int.MaxValue ? (int)x : int.MinValue;

    private static float Real(Tensor x, int i) => x.Type == ElementType.Float32 ? x.Floats[i] : Whole(x, i);

    private static long Whole(Tensor x, int i) => x.Type switch
    {
        ElementType.Float32 => x.Floats[i] is >= long.MinValue and < long.MaxValue ? (long)x.Floats[i] : long.MinValue,
        ElementType.Int64 => x.Int64s[i],
        ElementType.Int32 => x.Int32s[i],
        _ => x.Bools[i] ? 1 : 0,
    };

    private static float Rounded(float value, ElementType target)
    {
        if (target == ElementType.Float16)
            return (float)(Half)value;
        if (target != ElementType.BFloat16 || float.IsNaN(value))
            return value;

        // To the nearest, the even one of two.
        var bits = BitConverter.SingleToUInt32Bits(value);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
}

/// <summary>Elements converted to the type of another value, of which nothing else matters.</summary>
internal sealed class CastLikeOp() : Op("CastLike", 2, 2, "saturate", "round_mode")
{
    protected override ElementType[] OutputTypes(Node node, IReadOnlyList<ElementType?> inputs) => [inputs[1]!.Value];

    protected override int[][] OutputShapes(Node node, OpInputs inputs) => [inputs.Shape(0)];

    protected override void Forward(Node node, OpInputs inputs, Tensor[] outputs) =>
        CastOp.Convert(inputs.Value(0), outputs[0], outputs[0].Type);
}
