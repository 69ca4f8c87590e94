using System.Buffers.Binary;
using System.IO.Compression;
using MlPipeline.Data.FeatureCache;
using MlPipeline.Data.Sources;
using MlPipeline.Imaging.Decoding;

namespace MlPipeline.Data.Tests;

public sealed class IdxPicturesTests : IDisposable
{
    private const int Height = 3;
    private const int Width = 5;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void A_folder_of_MNISTs_files_is_a_split_data_set(string ending)
    {
        WritePair("train", 6, ending);
        WritePair("t10k", 4, ending);

        var data = DataSource.Open(_folder.Root);

        Assert.Equal((6, 4), (data.Records.Count, data.Test!.Records.Count));
        Assert.Equal(["0", "1", "2"], data.ClassNames);
        Assert.Equal(["0", "1", "2", "0", "1", "2"], data.Records.Select(r => r.Label));
        Assert.Equal(_folder.PathOf($"train-images-idx3-ubyte{ending}#4"), data.Records[4].Path);
        Assert.Equal(10, new PictureListing(_folder.Root).Read().Count(p => p.Label is not null));
    }

    [Fact]
    public void Pictures_have_the_files_grey_pixels_and_hashes_of_their_own()
    {
        WritePair("train", 4, ".gz");
        var records = DataSource.Open(_folder.PathOf("train-images-idx3-ubyte.gz")).Records;

        for (var i = 0; i < records.Count; i++)
        {
            using var picture = ImageDecoder.DecodeFile(records[i].Path);
            Assert.Equal((Width, Height), (picture.Width, picture.Height));
            Assert.Equal(Pixels(i).SelectMany(p => new[] { p, p, p }), picture.Pixels.ToArray());
            Assert.Null(ImageDecoder.Refusal(records[i].Path));
        }

        Assert.Equal(4, records.Select(r => ContentHash.OfFile(r.Path)).Distinct().Count());
        Assert.Equal(ImageErrorKind.Corrupt, ImageDecoder.Refusal(_folder.PathOf("train-images-idx3-ubyte.gz#4"))!.Kind);
        Assert.Throws<FileNotFoundException>(() => ImageDecoder.DecodeFile(_folder.PathOf("none#1")));
    }

    [Fact]
    public void A_file_that_is_replaced_is_read_anew()
    {
        WritePair("train", 3, "");
        var path = _folder.PathOf("train-images-idx3-ubyte");
        var before = IdxFile.Open(path);
        Assert.Same(before, IdxFile.Open(path));
        WritePair("train", 5, "");
        Assert.Equal((3, 5), (before.Count, IdxFile.Open(path).Count));
    }

    [Fact]
    public void Files_that_are_cut_off_or_of_another_kind_are_refused_by_name()
    {
        WritePair("train", 3, "");
        var (images, labels) = (_folder.PathOf("train-images-idx3-ubyte"), _folder.PathOf("train-labels-idx1-ubyte"));
        var good = File.ReadAllBytes(images);

        Refused(images, good[..^1], "cut off: 44 of the 45 bytes");
        Refused(images, good[..9], "cut off in its header");
        Refused(images, [.. good, 0], "goes on behind the 45 bytes");
        Refused(images, [.. good[..8], 0, 0, 0x20, 0, .. good[12..]], "a side of 8192");
        Refused(images, [.. good[..4], 0xff, 0xff, 0xff, 0xff, .. good[8..]], "announces -1 elements");
        Refused(images, [0, 0, 13, 3, .. good[4..]], "00000d03", () => IdxPictures.Read(images));
        Refused(images, Zipped(good)[..^12], "");
        Refused(images, Zipped([1, 2, 3, 4, 5]), "begins with 01020304");
        Refused(images, Idx([2, Height, Width], new byte[2 * Height * Width]),
            "holds 3 labels, but train-images-idx3-ubyte has 2", named: labels);
        File.Delete(labels);
        Refused(images, good, "the file of its labels, train-labels-idx1-ubyte, is not beside it");
        Refused(labels, Idx([3], [0, 1, 2]), "holds labels, not pictures", () => DataSource.Open(labels));
    }

    // The header alone takes no memory: what it announces has to come.
    [Fact]
    public void A_header_that_announces_gigabytes_costs_nothing()
    {
        WritePair("train", 3, "");
        var images = _folder.PathOf("train-images-idx3-ubyte");
        Refused(images, [0, 0, 8, 3, 0, 1, 0, 0, 0, 0, 0x04, 0, 0, 0, 0x04, 0], "at most");
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(images, [0, 0, 8, 3, 0, 0, 0x70, 0, 0, 0, 0, 0x80, 0, 0, 0, 0x80], "cut off: 0 of the 469762048 bytes");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Fact]
    public void Several_sets_in_a_folder_are_told_apart_by_name()
    {
        WritePair("letters-train", 3, "");
        WritePair("digits-train", 3, "");
        var error = Assert.Throws<DataSourceException>(() => DataSource.Open(_folder.Root));
        Assert.Contains("digits-train-images-idx3-ubyte and letters-train-images-idx3-ubyte", error.Message,
            StringComparison.Ordinal);
        Assert.Equal(3, DataSource.Open(_folder.PathOf("digits-train-images-idx3-ubyte")).Records.Count);
    }

    public void Dispose() => _folder.Dispose();

    private void Refused(string path, byte[] bytes, string reason, Action? open = null, string? named = null)
    {
        File.WriteAllBytes(path, bytes);
        var error = Assert.Throws<DataSourceException>(open ?? (() => DataSource.Open(path)));
        Assert.StartsWith(named ?? path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    private void WritePair(string name, int count, string ending)
    {
        void Write(string file, byte[] bytes) =>
            File.WriteAllBytes(_folder.PathOf(file + ending), ending.Length > 0 ? Zipped(bytes) : bytes);
        Write($"{name}-images-idx3-ubyte", Idx([count, Height, Width], [.. Enumerable.Range(0, count).SelectMany(Pixels)]));
        Write($"{name}-labels-idx1-ubyte", Idx([count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 3))]));
    }

    private static byte[] Pixels(int picture) =>
        [.. Enumerable.Range(0, Height * Width).Select(i => (byte)((37 * picture) + (11 * i)))];

    private static byte[] Idx(int[] sizes, byte[] elements)
    {
        byte[] Word(int size)
        {
            var word = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(word, size);
            return word;
        }

        return [0, 0, 8, (byte)sizes.Length, .. sizes.SelectMany(Word), .. elements];
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using MemoryStream stream = new();
        using (GZipStream zip = new(stream, CompressionMode.Compress, leaveOpen: true))
            zip.Write(bytes);
        return stream.ToArray();
    }
}
