using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf.Collections;
using MlPipeline.Engine.Kernels.Memory;
using MlPipeline.Engine.Onnx.Format;
using MlPipeline.Engine.Tensors;

namespace MlPipeline.Engine.Onnx;

/// <summary>
/// Reads the tensors of a model file: raw or typed data, any element type, from other files if that is allowed.
/// </summary>
internal sealed class TensorReader(string file, string? folder, OnnxReadOptions options, Stream stream, LeanModel? lean)
{
    private readonly ExternalData _external = new(file, folder, options);

    /// <summary>The tensor, in the type that graphs compute in.</summary>
    /// <param name="proto">The tensor as stored.</param>
    /// <param name="what">What it is, for messages: <c>initialiser 'w'</c>.</param>
    /// <param name="initializer">Its number among the graph's initialisers; -1 if it is none.</param>
    public Tensor Read(TensorProto proto, string what, int initializer = -1)
    {
        var type = OnnxTypes.Find(proto.DataType)
            ?? throw Error(what, $"holds elements of {OnnxTypes.Describe(proto.DataType)}, which are not supported");
        var dimensions = new int[proto.Dims.Count];
        for (var i = 0; i < dimensions.Length; i++)
        {
            var size = proto.Dims[i];
            if (size < 0 || size > int.MaxValue)
                throw Error(what, $"has a dimension of {size}");
            dimensions[i] = (int)size;
        }

        if (!Tensor.IsPossible(dimensions))
            throw Error(what, $"has too many elements ({string.Join('x', proto.Dims)})");
        var length = (int)Tensor.LengthOf(dimensions);

        if (lean != null && lean.Data.TryGetValue(initializer, out var data)
            && proto.DataLocation != TensorProto.Types.DataLocation.External)
        {
            if (data.IsFloats && type != ElementType.Float32)
                throw Error(what, $"holds its elements of {type} as floats");
            CheckSize(data.Length, length, type, what);
            return OfFile(type, data.Offset, length, dimensions, what);
        }

        var isExternal = proto.DataLocation == TensorProto.Types.DataLocation.External;
        if (isExternal || proto.HasRawData)
        {
            var bytes = isExternal ? _external.Read(proto, what) : proto.RawData.Span;
            CheckSize(bytes.Length, length, type, what);
            return OfRaw(type, bytes, length, dimensions, what);
        }

        return OfTyped(proto, type, length, dimensions, what);
    }

    private void CheckSize(long bytes, int length, ElementType type, string what)
    {
        var needed = (long)length * BytesOf(type);
        if (bytes != needed)
            throw Error(what, $"has {bytes} bytes of data, where its shape and type need {needed}");
        if (bytes > Array.MaxLength && (type != ElementType.Float32 || !BitConverter.IsLittleEndian))
            throw Error(what, $"has {bytes} bytes of data of {type}, more than can be read at once");
    }

    // Straight from the file into the tensor, where both have the same form.
    private Tensor OfFile(ElementType type, long offset, int length, int[] dimensions, string what)
    {
        stream.Position = offset;
        if (type != ElementType.Float32 || !BitConverter.IsLittleEndian)
        {
            var bytes = new byte[length * BytesOf(type)];
            stream.ReadExactly(bytes);
            return OfRaw(type, bytes, length, dimensions, what);
        }

        var values = HugePages.Allocate(length);
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return Tensor.Of(values, dimensions);
    }

    public static int BytesOf(ElementType type) => type switch
    {
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float16 or ElementType.BFloat16 or ElementType.Int16 or ElementType.UInt16 => 2,
        _ => 1,
    };

    private Tensor OfRaw(ElementType type, ReadOnlySpan<byte> bytes, int length, int[] dimensions, string what)
    {
        var tensor = Tensor.Zeros(OnnxTypes.ComputedAs(type), dimensions);
        if (BitConverter.IsLittleEndian && (type is ElementType.Float32 or ElementType.Int32 or ElementType.Int64))
        {
            bytes.CopyTo(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(tensor.Storage), bytes.Length));
            return tensor;
        }

        var size = BytesOf(type);
        for (var i = 0; i < length; i++)
        {
            var b = bytes.Slice(i * size, size);
            switch (type)
            {
                case ElementType.Float32: tensor.Floats[i] = BinaryPrimitives.ReadSingleLittleEndian(b); break;
                case ElementType.Float16: tensor.Floats[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(b); break;
                case ElementType.BFloat16: tensor.Floats[i] = OfBFloat16(BinaryPrimitives.ReadUInt16LittleEndian(b)); break;
                case ElementType.Float64: tensor.Floats[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(b); break;
                case ElementType.Int64: tensor.Int64s[i] = BinaryPrimitives.ReadInt64LittleEndian(b); break;
                case ElementType.UInt64: tensor.Int64s[i] = Signed(BinaryPrimitives.ReadUInt64LittleEndian(b), what); break;
                case ElementType.UInt32: tensor.Int64s[i] = BinaryPrimitives.ReadUInt32LittleEndian(b); break;
                case ElementType.Int32: tensor.Int32s[i] = BinaryPrimitives.ReadInt32LittleEndian(b); break;
                case ElementType.Int16: tensor.Int32s[i] = BinaryPrimitives.ReadInt16LittleEndian(b); break;
                case ElementType.UInt16: tensor.Int32s[i] = BinaryPrimitives.ReadUInt16LittleEndian(b); break;
                case ElementType.Int8: tensor.Int32s[i] = (sbyte)b[0]; break;
                case ElementType.UInt8: tensor.Int32s[i] = b[0]; break;
                default: tensor.Bools[i] = b[0] != 0; break;
            }
        }

        return tensor;
    }

    private Tensor OfTyped(TensorProto proto, ElementType type, int length, int[] dimensions, string what)
    {
        RepeatedField<T> Exactly<T>(RepeatedField<T> field) => field.Count == length
            ? field
            : throw Error(what, $"has {field.Count} elements of data, where its shape needs {length}");

        switch (type)
        {
            case ElementType.Float32:
                return Tensor.Of(Exactly(proto.FloatData).ToArray(), dimensions);
            case ElementType.Float16:
                return Tensor.Of(Map(Exactly(proto.Int32Data), v => (float)BitConverter.UInt16BitsToHalf((ushort)v)), dimensions);
            case ElementType.BFloat16:
                return Tensor.Of(Map(Exactly(proto.Int32Data), v => OfBFloat16((ushort)v)), dimensions);
            case ElementType.Float64:
                return Tensor.Of(Map(Exactly(proto.DoubleData), v => (float)v), dimensions);
            case ElementType.Int64:
                return Tensor.Of(Exactly(proto.Int64Data).ToArray(), dimensions);
            case ElementType.UInt32 or ElementType.UInt64:
                return Tensor.Of(Map(Exactly(proto.Uint64Data), v => Signed(v, what)), dimensions);
            case ElementType.Bool:
                return Tensor.Of(Map(Exactly(proto.Int32Data), v => v != 0), dimensions);
            default:
                return Tensor.Of(Exactly(proto.Int32Data).ToArray(), dimensions);
        }
    }

    private static TOut[] Map<TIn, TOut>(RepeatedField<TIn> field, Func<TIn, TOut> convert)
    {
        var values = new TOut[field.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = convert(field[i]);
        return values;
    }

    private static float OfBFloat16(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private long Signed(ulong value, string what) =>
        value <= long.MaxValue ? (long)value : throw Error(what, $"holds {value}, which is too large");

    private OnnxException Error(string what, string reason) => OnnxException.In(file, $"{what} {reason}");
}
