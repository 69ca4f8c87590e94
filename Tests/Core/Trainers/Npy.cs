using System.Runtime.InteropServices;

namespace MlPipeline.Core.Tests;

/// <summary>Reads what numpy.save wrote: little-endian values in C order, version 1.</summary>
internal static class Npy
{
    public static T[] Read<T>(string path)
        where T : unmanaged
    {
        byte[] bytes = File.ReadAllBytes(path);
        return MemoryMarshal.Cast<byte, T>(bytes.AsSpan(10 + BitConverter.ToUInt16(bytes, 8))).ToArray();
    }
}
