namespace MlPipeline.Imaging;

/// <summary>
/// One format's decoder: the header reader and the pixel reader. Neither knows the file's name or its orientation's effect.
/// </summary>
internal sealed record ImageCodec(ImageFormat Format, ImageCodec.Identifier Identify, ImageCodec.PixelReader Decode)
{
    public delegate ImageInfo Identifier(ReadOnlySpan<byte> data);

    public delegate Raster PixelReader(ReadOnlySpan<byte> data, DecodeOptions options);
}
