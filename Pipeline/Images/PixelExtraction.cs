using System.Text.Json.Serialization;
using MlPipeline.Imaging;

namespace MlPipeline.Pipeline;

/// <summary>How pixels become numbers. Value = (p - Offset) * Scale for each wanted channel.</summary>
internal sealed record PixelExtraction
{
    /// <summary>Indexes of the wanted channels in their order: 0 red, 1 green, 2 blue, 3 alpha (always 255).</summary>
    public required int[] Channels { get; init; }

    /// <summary>True for height x width x channels, false for channels x height x width.</summary>
    public bool Interleave { get; init; }

    /// <summary>What is taken off each channel, in the order of <see cref="Channels"/>.</summary>
    public required float[] Offsets { get; init; }

    /// <summary>What each channel is multiplied by afterwards, in the order of <see cref="Channels"/>.</summary>
    public required float[] Scales { get; init; }

    /// <summary>True for bytes as they are, without offset and scale.</summary>
    public bool AsBytes { get; init; }

    /// <summary>Whether the channels exist and each has an offset and a scale: what a file may say wrongly.</summary>
    [JsonIgnore]
    public bool IsSound => Channels.Length is > 0 and <= 4 && Channels.All(channel => channel is >= 0 and <= 3)
        && Offsets.Length == Channels.Length && Scales.Length == Channels.Length;

    public static PixelExtraction Of(
        ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order, bool interleave,
        float offset, float scale, bool asBytes)
    {
        var channels = ChannelsOf(colors, order);
        return new PixelExtraction
        {
            Channels = channels,
            Interleave = interleave,
            Offsets = [.. Enumerable.Repeat(offset, channels.Length)],
            Scales = [.. Enumerable.Repeat(scale, channels.Length)],
            AsBytes = asBytes,
        };
    }

    /// <summary>The indexes of colours in their order: 0 red, 1 green, 2 blue, 3 alpha.</summary>
    public static int[] ChannelsOf(
        ImagePixelExtractingEstimator.ColorBits colors, ImagePixelExtractingEstimator.ColorsOrder order)
    {
        var letters = order.ToString().Where(letter => colors.HasFlag(Bit(letter)));
        var channels = letters.Select(letter => "RGBA".IndexOf(letter, StringComparison.Ordinal)).ToArray();
        return channels.Length > 0
            ? channels
            : throw new ArgumentOutOfRangeException(nameof(colors), colors, "At least one colour has to be named.");
    }

    public VectorDataViewType TypeFor(ImageDataViewType image)
    {
        PrimitiveDataViewType item = AsBytes ? NumberDataViewType.Byte : NumberDataViewType.Single;
        return Interleave
            ? new VectorDataViewType(item, image.Height, image.Width, Channels.Length)
            : new VectorDataViewType(item, Channels.Length, image.Height, image.Width);
    }

    public void Write(Raster raster, Span<float> values)
    {
        for (var c = 0; c < Channels.Length; c++)
        {
            var (offset, scale) = (Offsets[c], Scales[c]);
            ForEach(raster, c, values, (p, target, i) => target[i] = (p - offset) * scale);
        }
    }

    public void Write(Raster raster, Span<byte> values)
    {
        for (var c = 0; c < Channels.Length; c++)
            ForEach(raster, c, values, static (p, target, i) => target[i] = p);
    }

    private delegate void Store<T>(byte pixel, Span<T> target, int index);

    private void ForEach<T>(Raster raster, int channel, Span<T> target, Store<T> store)
    {
        var pixels = raster.Pixels;
        var count = raster.Width * raster.Height;
        var source = Channels[channel];
        for (var i = 0; i < count; i++)
        {
            var p = source < 3 ? pixels[(i * 3) + source] : (byte)255;
            store(p, target, Interleave ? (i * Channels.Length) + channel : (channel * count) + i);
        }
    }

    private static ImagePixelExtractingEstimator.ColorBits Bit(char letter) => letter switch
    {
        'A' => ImagePixelExtractingEstimator.ColorBits.Alpha,
        'R' => ImagePixelExtractingEstimator.ColorBits.Red,
        'G' => ImagePixelExtractingEstimator.ColorBits.Green,
        _ => ImagePixelExtractingEstimator.ColorBits.Blue,
    };
}
