using System.Collections.Concurrent;
using System.Security.Cryptography;
using MlPipeline.Imaging;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Trainers.FineTuning;

/// <summary>
/// Decodes pictures, and keeps those that come first in memory as long as there is room, so that later epochs need not decode
/// them: as they are, or prepared where every epoch shows them so. Grey ones take a byte a pixel. What comes out is the same to
/// the bit, kept or not. A picture is known by its object. Thread-safe.
/// </summary>
internal sealed class KeptPictures
{
    private readonly ConcurrentDictionary<Picture, Kept> _kept = new();
    private readonly Preprocessing _preprocessing;
    private readonly DecodeOptions _decoding;
    private readonly bool _prepares;
    private long _room;

    /// <param name="preprocessing">How pictures are prepared; its normalisation does not count.</param>
    /// <param name="decoding">Limits.</param>
    /// <param name="prepares">Whether pictures come out prepared.</param>
    /// <param name="room">The bytes of pictures that are kept.</param>
    public KeptPictures(Preprocessing preprocessing, DecodeOptions decoding, bool prepares, long room)
    {
        (_preprocessing, _prepares, _room) = (preprocessing, prepares, room);
        _decoding = decoding with { AtLeast = preprocessing.EnoughSource };
    }

    /// <summary>The bytes that options give.</summary>
    public static long RoomFor(FineTuningOptions options) => options.KeptMegabytes * (1L << 20)
        ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4;

    /// <summary>What decodes as this does, with another room and nothing in it.</summary>
    public KeptPictures WithRoom(long room) => new(_preprocessing, _decoding, _prepares, room);

    /// <summary>A picture, which the caller disposes.</summary>
    public Raster Open(Picture picture) =>
        _kept.TryGetValue(picture, out var kept) ? kept.ToRaster() : Decode(picture, _decoding);

    /// <summary>A picture, which the caller disposes, and SHA-256 of its file in hexadecimal.</summary>
    public (Raster Picture, string Hash) OpenHashed(Picture picture)
    {
        var hash = "";
        var raster = Decode(picture, _decoding with
        {
            Inspect = (bytes, name) =>
            {
                _decoding.Inspect?.Invoke(bytes, name);
                hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            },
        });
        return (raster, hash);
    }

    private Raster Decode(Picture picture, DecodeOptions decoding)
    {
        var raster = picture.Decode(decoding);
        if (_prepares)
        {
            using var whole = raster;
            raster = _preprocessing.Prepare(whole);
        }

        if (Volatile.Read(ref _room) > 0)
            Keep(picture, Kept.Of(raster));
        return raster;
    }

    private void Keep(Picture picture, Kept kept)
    {
        if (Interlocked.Add(ref _room, -kept.Samples.Length) < 0 || !_kept.TryAdd(picture, kept))
            Interlocked.Add(ref _room, kept.Samples.Length);
    }

    /// <summary>The samples of a picture: one a pixel where all are grey, else three.</summary>
    private readonly record struct Kept(int Width, int Height, byte[] Samples)
    {
        public static Kept Of(Raster raster)
        {
            ReadOnlySpan<byte> pixels = raster.Pixels;
            if (!raster.IsGrayscale)
                return new Kept(raster.Width, raster.Height, pixels.ToArray());
            var grey = new byte[pixels.Length / 3];
            for (var i = 0; i < grey.Length; i++)
                grey[i] = pixels[3 * i];
            return new Kept(raster.Width, raster.Height, grey);
        }

        public Raster ToRaster()
        {
            Raster raster = new(Width, Height);
            var pixels = raster.Pixels;
            if (Samples.Length == pixels.Length)
            {
                Samples.CopyTo(pixels);
                return raster;
            }

            for (var i = 0; i < Samples.Length; i++)
                pixels[3 * i] = pixels[(3 * i) + 1] = pixels[(3 * i) + 2] = Samples[i];
            return raster;
        }
    }
}
