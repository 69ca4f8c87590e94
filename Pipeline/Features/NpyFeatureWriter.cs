using System.Buffers.Binary;
using System.Text;
using MlPipeline.Data.Files;

namespace MlPipeline.Pipeline.Features;

/// <summary>
/// Writes features as a NumPy array (format 1.0): N x K little-endian float32. Path and label of each row lie beside it,
/// tab-separated, in a file of the same name with .tsv appended.
/// </summary>
public sealed class NpyFeatureWriter : IFeatureWriter
{
    // Magic, version and length are 10 bytes; the whole header is a multiple of 64, with room for any count of rows.
    /// <summary>The length of what stands before the numbers, whatever their count.</summary>
    public const int HeaderLength = 128;

    private readonly ReplacedFile _file;
    private readonly ReplacedFile _names;
    private readonly StreamWriter _namesText;
    private byte[] _row = [];
    private int _count = -1;
    private long _rows;

    /// <summary>Starts a file and the one beside it.</summary>
    public NpyFeatureWriter(string path)
    {
        _file = new ReplacedFile(path);
        _names = new ReplacedFile(path + ".tsv");
        _namesText = new StreamWriter(_names.Stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        _namesText.WriteLine("path\tlabel");
        _file.Stream.Write(new byte[HeaderLength]);
    }

    /// <inheritdoc/>
    public void Write(string path, string label, ReadOnlySpan<float> features)
    {
        if (_count < 0)
        {
            _count = features.Length;
            _row = new byte[_count * sizeof(float)];
        }

        if (features.Length != _count)
            throw new ArgumentException($"A row of {features.Length} features after rows of {_count}.", nameof(features));
        for (var i = 0; i < features.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(_row.AsSpan(i * sizeof(float)), features[i]);
        _file.Stream.Write(_row);
        _namesText.WriteLine($"{OneField(path)}\t{OneField(label)}");
        _rows++;
    }

    /// <inheritdoc/>
    public void Complete()
    {
        _file.Stream.Position = 0;
        _file.Stream.Write(Header());
        _namesText.Dispose();
        _names.Complete();
        _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (_names.Stream.CanWrite)
            _namesText.Dispose();
        _names.Dispose();
    }

    private static string OneField(string text) => text.Replace('\t', ' ').Replace('\n', ' ').Replace('\r', ' ');

    private byte[] Header()
    {
        var dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({_rows}, {Math.Max(_count, 0)}), }}";
        var header = new byte[HeaderLength];
        header.AsSpan().Fill((byte)' ');
        header[0] = 0x93;
        "NUMPY"u8.CopyTo(header.AsSpan(1));
        header[6] = 1;
        header[7] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderLength - 10);
        Encoding.ASCII.GetBytes(dictionary, header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}
