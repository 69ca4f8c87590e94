namespace MlPipeline.Imaging;

/// <summary>One scan's header (ITU T.81, B.2.3) with the tables it names, as they stood when it began.</summary>
internal sealed class JpegScan
{
    public required JpegComponent[] Components { get; init; }

    /// <summary>For each component of the scan, the index of its DC table.</summary>
    public required int[] DcIndexes { get; init; }

    /// <summary>For each component of the scan, the index of its AC table.</summary>
    public required int[] AcIndexes { get; init; }

    /// <summary>Start of the spectral selection: the first coefficient coded, in zigzag order.</summary>
    public required int SpectralStart { get; init; }

    /// <summary>End of the spectral selection: the last coefficient coded.</summary>
    public required int SpectralEnd { get; init; }

    /// <summary>Successive approximation, high: the bit the scan before this one ended at, or 0 for a first scan.</summary>
    public required int ApproximationHigh { get; init; }

    /// <summary>Successive approximation, low: the bit this scan ends at.</summary>
    public required int ApproximationLow { get; init; }

    public required int RestartInterval { get; init; }
}
