namespace MlPipeline.Imaging;

/// <summary>The palette before a file fills it: what colour an index beyond the file's palette has, as in Pillow.</summary>
internal static class GrayRamp
{
    /// <summary>Entry i of <paramref name="palette"/>, 256 R, G, B triples, becomes (i, i, i).</summary>
    public static void Fill(Span<byte> palette)
    {
        for (var i = 0; i < palette.Length; i++)
            palette[i] = (byte)(i / 3);
    }
}
