using System.Security.Cryptography;
using System.Text;

namespace MlPipeline.Core;

/// <summary>Goes over the blocks of a binary file; see <see cref="BinarySaver"/> for its layout.</summary>
internal sealed class BinaryBlockReader : IDisposable
{
    // Far beyond a block; what claims more is refused, even where a stream does not tell its length.
    private const int MostBytes = 1 << 30;

    private readonly Stream _stream;
    private readonly BinaryReader _reader;
    private readonly string _origin;
    private byte[] _part = [];

    /// <exception cref="InvalidDataException">The stream does not begin as such a file does.</exception>
    public BinaryBlockReader(IMultiStreamSource source)
    {
        if (source.Count != 1)
            throw new ArgumentException($"One binary file is loaded at a time, not {source.Count}.", nameof(source));
        _origin = source.GetPathOrNull(0) ?? "the stream";
        _stream = source.Open(0);
        _reader = new BinaryReader(_stream, Encoding.UTF8);
        try
        {
            Schema = Guarded(ReadSchema);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public DataViewSchema Schema { get; }

    /// <summary>How many rows the file says that it has; null where its end cannot be looked at.</summary>
    public long? ReadRowCount() => !_stream.CanSeek ? null : Guarded<long?>(() =>
    {
        _stream.Seek(-sizeof(long), SeekOrigin.End);
        long count = _reader.ReadInt64();
        return count >= 0 ? count : throw new InvalidDataException($"{count} rows");
    });

    /// <summary>Reads the active columns (the others are null) of the next block.</summary>
    /// <param name="columns">By the columns' indices.</param>
    /// <param name="rowsBefore">How many rows all blocks before it had.</param>
    /// <returns>The number of its rows; 0 at the end.</returns>
    public int ReadBlock(BinaryColumn?[] columns, long rowsBefore) => Guarded(() =>
    {
        int rows = _reader.ReadInt32();
        if (rows == 0)
        {
            long total = _reader.ReadInt64();
            return total == rowsBefore ? 0 : throw new InvalidDataException($"{rowsBefore} rows of {total}");
        }

        if (rows is < 0 or > BinarySaver.MostRowsInBlock)
            throw new InvalidDataException($"a block of {rows} rows");
        foreach (BinaryColumn? column in columns)
        {
            if (column == null)
            {
                SkipPart();
                continue;
            }

            using BinaryReader part = ReadPart();
            column.Read(part, rows);
            if (part.BaseStream.Position < part.BaseStream.Length)
                throw new InvalidDataException("a column longer than its rows");
        }

        return rows;
    });

    public void Dispose() => _reader.Dispose();

    private DataViewSchema ReadSchema()
    {
        Span<byte> magic = stackalloc byte[BinarySaver.Magic.Length];
        _stream.ReadExactly(magic);
        if (!magic.SequenceEqual(BinarySaver.Magic))
            throw new InvalidDataException("it is no file that SaveAsBinary wrote");
        using BinaryReader part = ReadPart();
        return SchemaIO.Parse(((MemoryStream)part.BaseStream).ToArray());
    }

    private int ReadLength()
    {
        int length = _reader.ReadInt32();
        bool fits = length is >= 0 and <= MostBytes && (!_stream.CanSeek || length <= _stream.Length - _stream.Position);
        return fits ? length : throw new InvalidDataException($"a part of {length} bytes");
    }

    private BinaryReader ReadPart()
    {
        int length = ReadLength();
        if (_part.Length < length)
            _part = new byte[Math.Max(length, Math.Min(2L * _part.Length, Array.MaxLength))];
        _stream.ReadExactly(_part, 0, length);
        Span<byte> digest = stackalloc byte[BinarySaver.DigestLength];
        _stream.ReadExactly(digest);
        if (!SHA256.HashData(_part.AsSpan(0, length)).AsSpan(0, digest.Length).SequenceEqual(digest))
            throw new InvalidDataException("its bytes do not match their SHA-256");
        return new BinaryReader(new MemoryStream(_part, 0, length, writable: false), Encoding.UTF8);
    }

    private void SkipPart()
    {
        long length = (long)ReadLength() + BinarySaver.DigestLength;
        if (_stream.CanSeek)
        {
            _stream.Seek(length, SeekOrigin.Current);
            return;
        }

        byte[] passed = new byte[(int)Math.Min(length, 1 << 16)];
        for (; length > 0; length -= Math.Min(length, passed.Length))
            _stream.ReadExactly(passed, 0, (int)Math.Min(length, passed.Length));
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"The data in {_origin} was cut short.", e);
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidDataException($"The data in {_origin} cannot be read: {e.Message}", e);
        }
    }
}
