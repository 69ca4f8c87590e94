using MlPipeline.Engine.Tensors;
using DataType = MlPipeline.Engine.Onnx.Format.TensorProto.Types.DataType;

namespace MlPipeline.Engine.Onnx;

/// <summary>ONNX's numbers for element types, and what the engine computes them as.</summary>
internal static class OnnxTypes
{
    /// <summary>
    /// The type behind ONNX's number; null for those that the engine does not know (text, complex, 4 and 8 bit floats).
    /// </summary>
    public static ElementType? Find(int number) => (DataType)number switch
    {
        DataType.Float => ElementType.Float32,
        DataType.Uint8 => ElementType.UInt8,
        DataType.Int8 => ElementType.Int8,
        DataType.Uint16 => ElementType.UInt16,
        DataType.Int16 => ElementType.Int16,
        DataType.Int32 => ElementType.Int32,
        DataType.Int64 => ElementType.Int64,
        DataType.Bool => ElementType.Bool,
        DataType.Float16 => ElementType.Float16,
        DataType.Double => ElementType.Float64,
        DataType.Uint32 => ElementType.UInt32,
        DataType.Uint64 => ElementType.UInt64,
        DataType.Bfloat16 => ElementType.BFloat16,
        _ => null,
    };

    /// <summary>ONNX's number of a type that graphs compute in.</summary>
    public static int NumberOf(ElementType type) => (int)(type switch
    {
        ElementType.Float32 => DataType.Float,
        ElementType.Int64 => DataType.Int64,
        ElementType.Int32 => DataType.Int32,
        ElementType.Bool => DataType.Bool,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Graphs do not compute in this type."),
    });

    /// <summary>The type that stands for a type in graphs.</summary>
    public static ElementType ComputedAs(ElementType type) => type switch
    {
        ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16 or ElementType.Float64 => ElementType.Float32,
        ElementType.Int64 or ElementType.UInt32 or ElementType.UInt64 => ElementType.Int64,
        ElementType.Bool => ElementType.Bool,
        _ => ElementType.Int32,
    };

    /// <summary>
    /// Whether arithmetic on the type gives the same in the type that stands for it (no wrapping around at fewer bits).
    /// </summary>
    public static bool ComputesAlike(ElementType type) =>
        type is ElementType.Float32 or ElementType.Float16 or ElementType.BFloat16
        or ElementType.Float64 or ElementType.Int64 or ElementType.Int32 or ElementType.Bool;

    /// <summary>The name of a number, for messages.</summary>
    public static string Describe(int number) => Enum.IsDefined((DataType)number) ? $"{(DataType)number}" : $"type {number}";
}
