using System.Text.Json.Serialization;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>How numbers become pixels: the inverse of <see cref="PixelExtraction"/>. Pixel = value * Scale - Offset.</summary>
internal sealed record PixelComposition
{
    /// <summary>Pixels across.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels down.</summary>
    public required int Height { get; init; }

    /// <summary>What the numbers are, in their order: 0 red, 1 green, 2 blue, 3 alpha (which is passed over).</summary>
    public required int[] Channels { get; init; }

    /// <summary>True for height x width x channels, false for channels x height x width.</summary>
    public bool Interleave { get; init; }

    /// <summary>What numbers are multiplied by first.</summary>
    public float Scale { get; init; } = 1;

    /// <summary>What is then taken off.</summary>
    public float Offset { get; init; }

    /// <summary>Red, green and blue where the numbers have none.</summary>
    public required byte[] Defaults { get; init; }

    /// <summary>How many numbers make an image.</summary>
    [JsonIgnore]
    public int Length => Width * Height * Channels.Length;

    /// <summary>Whether the sizes and channels make sense: what a file may say wrongly.</summary>
    [JsonIgnore]
    public bool IsSound => Width > 0 && Height > 0 && Defaults.Length == 3
        && (long)Width * Height <= Raster.MaxPixels / 4
        && Channels.Length is > 0 and <= 4 && Channels.All(channel => channel is >= 0 and <= 3);

    public static bool Takes(DataViewType itemType) => itemType.Equals(NumberDataViewType.Single)
        || itemType.Equals(NumberDataViewType.Double) || itemType.Equals(NumberDataViewType.Byte);

    /// <summary>The picture; numbers are rounded, and what lies below 0 or above 255 is cut off.</summary>
    public Raster Compose(ReadOnlySpan<float> values)
    {
        var raster = new Raster(Width, Height);
        var pixels = raster.Pixels;
        var count = Width * Height;
        for (var color = 0; color < 3; color++)
        {
            var channel = Array.IndexOf(Channels, color);
            for (var i = 0; i < count; i++)
            {
                pixels[(i * 3) + color] = channel < 0
                    ? Defaults[color]
                    : ToByte(values[Interleave ? (i * Channels.Length) + channel : (channel * count) + i]);
            }
        }

        return raster;
    }

    // NaN becomes 0.
    private byte ToByte(float value) => (byte)Math.Clamp(MathF.Round((value * Scale) - Offset), 0, 255);
}
