namespace MlPipeline.Imaging;

/// <summary>The second bytes of markers (ITU T.81, table B.1); the first is always 0xFF.</summary>
internal static class JpegMarker
{
    public const byte Temporary = 0x01;
    public const byte StartOfFrame0 = 0xC0;
    public const byte HuffmanTables = 0xC4;
    public const byte ArithmeticConditioning = 0xCC;
    public const byte Restart0 = 0xD0;
    public const byte Restart7 = 0xD7;
    public const byte StartOfImage = 0xD8;
    public const byte EndOfImage = 0xD9;
    public const byte StartOfScan = 0xDA;
    public const byte QuantizationTables = 0xDB;
    public const byte NumberOfLines = 0xDC;
    public const byte RestartInterval = 0xDD;
    public const byte HierarchicalProgression = 0xDE;
    public const byte Application0 = 0xE0;
    public const byte Application1 = 0xE1;
    public const byte Application14 = 0xEE;
    public const byte Application15 = 0xEF;
    public const byte JpegLsFrame = 0xF7;
    public const byte Comment = 0xFE;

    /// <summary>Markers SOF0 to SOF15; DHT, JPG and DAC share their range.</summary>
    public static bool IsStartOfFrame(byte marker) =>
        (marker & 0xF0) == 0xC0 && marker is not (HuffmanTables or ArithmeticConditioning);

    public static bool IsRestart(byte marker) => marker is >= Restart0 and <= Restart7;
}
