using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;

namespace MlPipeline.Benchmarks.Inference;

/// <summary>What a figure was measured on.</summary>
internal static class Machine
{
    /// <summary>The processor, how many of its cores this process has, and the runtime.</summary>
    public static string Text { get; } =
        $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.RuntimeIdentifier}, "
        + $"{RuntimeInformation.FrameworkDescription}";

    // Machines that are lent out often name only the maker: the family tells its generation.
    private static string Processor()
    {
        const int Brand = unchecked((int)0x80000002);
        if (!X86Base.IsSupported)
            return FromSystem() ?? $"{RuntimeInformation.ProcessArchitecture}";
        var name = new StringBuilder();
        for (var leaf = 0; leaf < 3; leaf++)
        {
            var (eax, ebx, ecx, edx) = X86Base.CpuId(Brand + leaf, 0);
            foreach (var part in new[] { eax, ebx, ecx, edx })
                name.Append(Encoding.Latin1.GetString(BitConverter.GetBytes(part)));
        }

        var signature = X86Base.CpuId(1, 0).Eax;
        int family = (signature >> 8) & 15, model = (signature >> 4) & 15;
        if (family is 6 or 15)
            model += ((signature >> 16) & 15) << 4;
        if (family == 15)
            family += (signature >> 20) & 255;
        return string.Create(CultureInfo.InvariantCulture,
            $"{name.ToString().TrimEnd('\0').Trim()} (family {family}, model {model})");
    }

    /// <summary>What Linux says of other processors; null: nothing.</summary>
    private static string? FromSystem()
    {
        const string List = "/proc/cpuinfo";
        var lines = File.Exists(List) ? File.ReadAllLines(List) : [];
        var line = lines.FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))
            ?? lines.FirstOrDefault(l => l.StartsWith("CPU part", StringComparison.Ordinal));
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
