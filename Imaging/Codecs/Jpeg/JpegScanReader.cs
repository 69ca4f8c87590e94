namespace MlPipeline.Imaging;

/// <summary>Reads a scan header (ITU T.81, B.2.3) and checks it against the frame.</summary>
internal static class JpegScanReader
{
    private const int MaxBlocksInMcu = 10;

    public static JpegScan Read(ReadOnlySpan<byte> segment, JpegFrame frame, JpegTables tables)
    {
        var count = segment.IsEmpty ? 0 : segment[0];
        if (count is < 1 or > 4 || segment.Length != 4 + 2 * count)
            throw Fault.Corrupt("a scan header has the wrong length");

        JpegComponent[] components = new JpegComponent[count];
        var dc = new int[count];
        var ac = new int[count];
        var blocks = 0;
        for (var i = 0; i < count; i++)
        {
            components[i] = Find(frame, segment[1 + 2 * i], components.AsSpan(0, i));
            dc[i] = segment[2 + 2 * i] >> 4;
            ac[i] = segment[2 + 2 * i] & 15;
            blocks += components[i].Horizontal * components[i].Vertical;
        }

        if (count > 1 && blocks > MaxBlocksInMcu)
            throw Fault.Corrupt($"a scan interleaves {blocks} blocks; {MaxBlocksInMcu} is the most");

        var last = segment[^3..];
        JpegScan scan = new()
        {
            Components = components,
            DcIndexes = dc,
            AcIndexes = ac,
            SpectralStart = frame.Progressive ? last[0] : 0,
            SpectralEnd = frame.Progressive ? last[1] : 63,
            ApproximationHigh = frame.Progressive ? last[2] >> 4 : 0,
            ApproximationLow = frame.Progressive ? last[2] & 15 : 0,
            RestartInterval = tables.RestartInterval,
        };
        if (frame.Progressive)
            CheckProgression(scan);

        foreach (var component in components)
            LatchQuantization(component, tables);

        return scan;
    }

    private static JpegComponent Find(JpegFrame frame, int id, ReadOnlySpan<JpegComponent> taken)
    {
        foreach (var component in frame.Components)
        {
            if (component.Id == id && !taken.Contains(component))
                return component;
        }

        throw Fault.Corrupt($"a scan names the component {id}, which the frame does not have");
    }

    private static void CheckProgression(JpegScan scan)
    {
        var bands = scan.SpectralStart == 0
            ? scan.SpectralEnd == 0
            : scan.SpectralEnd is >= 1 and <= 63 && scan.SpectralStart <= scan.SpectralEnd && scan.Components.Length == 1;
        var bits = scan.ApproximationLow <= 13 &&
            (scan.ApproximationHigh == 0 || scan.ApproximationHigh == scan.ApproximationLow + 1);
        if (!bands || !bits)
        {
            throw Fault.Corrupt(
                $"a progressive scan of {scan.Components.Length} components has the impossible parameters " +
                $"{scan.SpectralStart}-{scan.SpectralEnd}, bits {scan.ApproximationHigh} to {scan.ApproximationLow}");
        }
    }

    private static void LatchQuantization(JpegComponent component, JpegTables tables)
    {
        if (component.Quantization != null)
            return;

        var index = component.QuantizationIndex;
        component.Quantization = (index > 3 ? null : tables.Quantization[index])
            ?? throw Fault.Corrupt($"component {component.Id} uses the quantization table {index}, which is not defined");
    }
}
