using System.Runtime.InteropServices;
using System.Text;

namespace MlPipeline.Benchmarks.Heads;

/// <summary>Writes an array of known shape as NumPy's <c>.npy</c> (version 1, C order), and reads what <c>numpy.save</c>
/// wrote.</summary>
internal sealed class NpyStream : IDisposable
{
    private readonly FileStream _file;

    public NpyStream(string path, string type, params int[] shape)
    {
        _file = File.Create(path);
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}";
        var length = (10 + header.Length + 1 + 63) / 64 * 64 - 10;
        _file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        _file.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
    }

    public void Write(ReadOnlySpan<byte> values) => _file.Write(values);

    public void Dispose() => _file.Dispose();

    public static T[] Read<T>(string path)
        where T : unmanaged
    {
        var bytes = File.ReadAllBytes(path);
        int header = BitConverter.ToUInt16(bytes, 8);
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(10 + header)).ToArray();
    }
}
