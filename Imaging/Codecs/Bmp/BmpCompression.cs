namespace MlPipeline.Imaging;

/// <summary>How the pixels of a bitmap are stored; the values are the file format's.</summary>
internal enum BmpCompression : uint
{
    None = 0,
    Rle8 = 1,
    Rle4 = 2,
    BitFields = 3,
}
