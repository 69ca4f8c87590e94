using System.Runtime.InteropServices;

namespace MlPipeline.Engine.Kernels.Memory;

/// <summary>Asks for large pages under memory that is streamed; Linux only.</summary>
/// <remarks>Fewer pages are fewer misses of the translation buffer, and hardware prefetching stops at a page's end.</remarks>
internal static unsafe class HugePages
{
    /// <summary>Bytes of a large page.</summary>
    public const int Size = 2 << 20;

    private const int AdviseHugePages = 14;

    /// <summary>Whether so much memory is worth it.</summary>
    public static bool IsWorthwhile(nuint bytes) => bytes >= 2 * Size && OperatingSystem.IsLinux();

    /// <summary>An array of floats not yet written to, under large pages where it is large.</summary>
    public static float[] Allocate(int length)
    {
        float[] values = GC.AllocateUninitializedArray<float>(length);
        nuint bytes = (nuint)length * sizeof(float);
        if (IsWorthwhile(bytes))
        {
            // Arrays of this size stay where they are; that they might not costs no more than the advice being wasted.
            fixed (float* first = values)
            {
                Advise(first, bytes);
            }
        }

        return values;
    }

    /// <summary>Gives the advice for the whole pages among these bytes.</summary>
    public static void Advise(void* address, nuint bytes)
    {
        nuint start = ((nuint)address + Size - 1) / Size * Size, end = ((nuint)address + bytes) / Size * Size;
        if (end <= start)
        {
            return;
        }

        try
        {
            _ = MemoryAdvise((void*)start, end - start, AdviseHugePages);
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            // Only advice: without it the memory is as good, just slower.
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int MemoryAdvise(void* address, nuint bytes, int advice);
}
