namespace MlPipeline.Engine.Onnx;

/// <summary>
/// A model file without the data of its larger initialisers (raw bytes, or packed floats, which are the same bytes), and where
/// in the file those lie: so that weights are read once,
/// straight to where they are used, and never held twice.
/// </summary>
/// <remarks>
/// Walks protobuf's wire format down to the fields that matter and copies all others as they are. Whatever is unusual or damaged
/// makes it give up: then the file is parsed whole, which also finds the words for what is wrong.
/// </remarks>
internal sealed class LeanModel
{
    /// <summary>Raw data up to this many bytes stays in the message.</summary>
    private const int SmallData = 4096;

    // Field numbers of ModelProto, GraphProto and TensorProto in onnx.proto.
    private const int GraphField = 7;
    private const int InitializerField = 5;
    private const int FloatDataField = 4;
    private const int RawDataField = 9;

    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int Delimited = 2;
    private const int Fixed32 = 5;

    private readonly Stream _source;
    private readonly Dictionary<int, (long Offset, long Length, bool IsFloats)> _data = [];
    private int _initializers;

    private LeanModel(Stream source) => _source = source;

    /// <summary>The message without that data.</summary>
    public MemoryStream Message { get; } = new();

    /// <summary>Where the data that was left out lies in the file, by the number of the initialiser.</summary>
    public IReadOnlyDictionary<int, (long Offset, long Length, bool IsFloats)> Data => _data;

    /// <summary>Reads a file from its beginning; null if it must be parsed whole.</summary>
    public static LeanModel? Of(Stream file)
    {
        var lean = new LeanModel(file);
        try
        {
            return lean.CopyMessage(file.Length, lean.Message, Level.Model) && lean._data.Count > 0 ? lean : null;
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            return null;
        }
    }

    private enum Level
    {
        Model,
        Graph,
        Tensor,
    }

    private bool CopyMessage(long end, MemoryStream target, Level level)
    {
        var special = level switch { Level.Model => GraphField, Level.Graph => InitializerField, _ => RawDataField };
        var second = level == Level.Tensor ? FloatDataField : special;
        var met = 0;
        while (_source.Position < end)
        {
            var tag = ReadVarint();
            var wire = (int)(tag & 7);
            if (tag >> 3 is 0 or > int.MaxValue)
                return false;
            if (wire == Delimited)
            {
                var length = (long)ReadVarint();
                if (length < 0 || length > end - _source.Position)
                    return false;
                var isSpecial = (int)(tag >> 3) == special || (int)(tag >> 3) == second;
                if (isSpecial && level != Level.Graph && met++ > 0)
                    return false;
                if (!isSpecial || (level == Level.Tensor && length <= SmallData))
                    CopyBytes(tag, length, target);
                else if (!CopySpecial(tag, length, target, level))
                    return false;
                continue;
            }

            WriteVarint(target, tag);
            switch (wire)
            {
                case Varint: WriteVarint(target, ReadVarint()); break;
                case Fixed64: Copy(8, target); break;
                case Fixed32: Copy(4, target); break;
                default: return false;
            }
        }

        return _source.Position == end;
    }

    private bool CopySpecial(ulong tag, long length, MemoryStream target, Level level)
    {
        var end = _source.Position + length;
        if (level == Level.Tensor)
        {
            _data.Add(_initializers - 1, (_source.Position, length, (int)(tag >> 3) == FloatDataField));
            _source.Position = end;
            return true;
        }

        if (level == Level.Graph)
            _initializers++;
        using MemoryStream inner = new();
        if (!CopyMessage(end, inner, level + 1))
            return false;
        WriteVarint(target, tag);
        WriteVarint(target, (ulong)inner.Length);
        inner.WriteTo(target);
        return true;
    }

    private void CopyBytes(ulong tag, long length, MemoryStream target)
    {
        WriteVarint(target, tag);
        WriteVarint(target, (ulong)length);
        Copy(length, target);
    }

    private void Copy(long count, MemoryStream target)
    {
        var start = (int)target.Length;
        if (start + count > Array.MaxLength)
            throw new InvalidDataException("The message without its weights is too long.");
        var length = (int)count;
        target.SetLength(start + length);
        _source.ReadExactly(target.GetBuffer(), start, length);
        target.Position = target.Length;
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = _source.ReadByte();
            if (next < 0)
                throw new EndOfStreamException();
            value |= (ulong)(next & 0x7f) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("A number in the message is too long.");
    }

    private static void WriteVarint(MemoryStream target, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            target.WriteByte((byte)(value | 0x80));
        target.WriteByte((byte)value);
    }
}
