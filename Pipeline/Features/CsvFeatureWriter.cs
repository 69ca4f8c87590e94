using System.Globalization;
using System.Text;
using MlPipeline.Data.Files;

namespace MlPipeline.Pipeline.Features;

/// <summary>Writes features as CSV (RFC 4180) with a header; numbers in the shortest form that gives the same bits
/// again.</summary>
public sealed class CsvFeatureWriter : IFeatureWriter
{
    private const int LongestNumber = 24;

    private readonly ReplacedFile _file;
    private byte[] _buffer = new byte[1 << 16];
    private int _used;
    private int _count = -1;

    /// <summary>Starts a file.</summary>
    public CsvFeatureWriter(string path)
    {
        _file = new ReplacedFile(path);
    }

    /// <inheritdoc/>
    public void Write(string path, string label, ReadOnlySpan<float> features)
    {
        if (_count < 0)
        {
            _count = features.Length;
            Text("path,label" + string.Concat(Enumerable.Range(0, _count).Select(i => $",f{i}")) + "\n");
        }

        if (features.Length != _count)
            throw new ArgumentException($"A row of {features.Length} features after rows of {_count}.", nameof(features));
        Text($"{Quoted(path)},{Quoted(label)}");
        foreach (var value in features)
        {
            Room(LongestNumber);
            _buffer[_used++] = (byte)',';
            value.TryFormat(_buffer.AsSpan(_used), out var written, "R", CultureInfo.InvariantCulture);
            _used += written;
        }

        Text("\n");
    }

    /// <inheritdoc/>
    public void Complete()
    {
        Flush();
        _file.Complete();
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static string Quoted(string text) => text.AsSpan().IndexOfAny(",\"\r\n") >= 0
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;

    private void Text(string text)
    {
        Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        _used += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_used));
    }

    private void Room(int bytes)
    {
        if (_used + bytes <= _buffer.Length)
            return;
        Flush();
        if (bytes > _buffer.Length)
            _buffer = new byte[bytes];
    }

    private void Flush()
    {
        _file.Stream.Write(_buffer, 0, _used);
        _used = 0;
    }
}
