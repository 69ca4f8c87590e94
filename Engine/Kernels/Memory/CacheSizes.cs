using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace MlPipeline.Engine.Kernels.Memory;

/// <summary>Bytes of the caches that a core works with: what blocks of work are cut for.</summary>
/// <remarks>Only how work is cut depends on them, never which sums are made or in which order: results do not.</remarks>
/// <param name="Second">The second level's, a core's own.</param>
/// <param name="Third">The last level's, shared; as large as it is wise to count on.</param>
internal sealed record CacheSizes(int Second, int Third)
{
    private const int MaxCaches = 16;

    /// <summary>What most servers have: assumed of levels that a machine does not tell.</summary>
    public static CacheSizes Typical { get; } = new(1 << 20, 32 << 20);

    /// <summary>Those of the machine that this runs on.</summary>
    public static CacheSizes OfThisMachine { get; } =
        Sensible(FromProcessor() ?? FromSystem("/sys/devices/system/cpu/cpu0/cache"));

    /// <summary>
    /// Levels told as nothing, or as more than this process could have for itself, are brought to what can be used.
    /// </summary>
    public static CacheSizes Sensible(CacheSizes? told)
    {
        var sizes = told ?? Typical;
        var second = Math.Clamp(sizes.Second == 0 ? Typical.Second : sizes.Second, 256 << 10, 2 << 20);
        var third = Math.Clamp(sizes.Third == 0 ? 4 * second : sizes.Third, 4 << 20, 32 << 20);
        return new CacheSizes(second, third);
    }

    /// <summary>What Linux lists in a folder for each of a core's caches; null: there is no such list.</summary>
    public static CacheSizes? FromSystem(string folder)
    {
        if (!Directory.Exists(folder))
            return null;
        var bytes = new long[4];
        try
        {
            foreach (var cache in Directory.EnumerateDirectories(folder, "index*"))
            {
                var size = File.ReadAllText(Path.Combine(cache, "size")).Trim();
                var level = File.ReadAllText(Path.Combine(cache, "level")).Trim();
                if (level is "2" or "3" && long.TryParse(size.TrimEnd('K'), CultureInfo.InvariantCulture, out var kilobytes))
                    bytes[level[0] - '0'] = kilobytes << 10;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return Of(bytes);
    }

    /// <summary>What an x86 processor says: leaf 4, or on AMD's its like of the extended leaves.</summary>
    private static CacheSizes? FromProcessor()
    {
        const int TopologyExtensions = 1 << 22;
        if (!X86Base.IsSupported)
            return null;
        var leaf = 4;
        if ((uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax >= 0x8000001D
            && (X86Base.CpuId(unchecked((int)0x80000001), 0).Ecx & TopologyExtensions) != 0)
        {
            leaf = unchecked((int)0x8000001D);
        }
        else if (X86Base.CpuId(0, 0).Eax < leaf)
        {
            return null;
        }

        var bytes = new long[4];
        for (var i = 0; i < MaxCaches; i++)
        {
            (var eax, var ebx, var ecx, _) = X86Base.CpuId(leaf, i);
            int kind = eax & 31, level = (eax >> 5) & 7;
            if (kind == 0)
                break;
            if (level is 2 or 3)
            {
                var lines = ((ebx & 0xFFF) + 1L) * (((ebx >> 12) & 0x3FF) + 1);
                bytes[level] = lines * (((ebx >> 22) & 0x3FF) + 1) * ((uint)ecx + 1L);
            }
        }

        return Of(bytes);
    }

    private static CacheSizes? Of(long[] bytes)
    {
        int Size(int level) => (int)Math.Min(bytes[level], int.MaxValue);
        return Size(2) == 0 && Size(3) == 0 ? null : new CacheSizes(Size(2), Size(3));
    }
}
