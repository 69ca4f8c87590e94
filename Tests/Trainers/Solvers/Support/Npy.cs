using System.Runtime.InteropServices;

namespace MlPipeline.Trainers.Tests;

/// <summary>Reads what numpy.save wrote: little-endian values in C order, version 1.</summary>
internal static class Npy
{
    public static T[] Read<T>(string path)
        where T : unmanaged
    {
        var bytes = File.ReadAllBytes(path);
        int header = BitConverter.ToUInt16(bytes, 8);
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(10 + header)).ToArray();
    }
}
