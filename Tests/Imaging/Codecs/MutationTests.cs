using FsCheck;
using FsCheck.Fluent;

namespace MlPipeline.Imaging.Tests;

/// <summary>Whatever is done to a PNG, BMP or GIF file, it is decoded or refused with a typed error.</summary>
public class MutationTests
{
    private static readonly DecodeOptions s_options = new() { MaxPixels = 250_000 };

    public static TheoryData<string> Folders => ["png", "bmp", "gif"];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Mutated_files_are_decoded_or_refused(string folder)
    {
        Random random = new(17);
        int decoded = 0, refused = 0;
        foreach (var path in Directory.GetFiles(Goldens.PathOf(folder)).Order(StringComparer.Ordinal))
        {
            var file = File.ReadAllBytes(path);
            for (var i = 0; i < 60; i++)
            {
                if (IsDecoded(Mutate(file, random)))
                    decoded++;
                else
                    refused++;
            }
        }

        Assert.True(decoded > 0 && refused > 100, $"{decoded} decoded, {refused} refused");
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Any_byte_of_any_value_is_decoded_or_refused(string folder)
    {
        string[] files = [.. Directory.GetFiles(Goldens.PathOf(folder)).Order(StringComparer.Ordinal)];
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        Prop.ForAll(ArbMap.Default.ArbFor<(int File, int At, byte Value)>(), change =>
        {
            byte[] file = [.. contents[(int)((uint)change.File % contents.Length)]];
            file[(int)((uint)change.At * 2654435761u % file.Length)] = change.Value;
            IsDecoded(file);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Fact]
    public void Any_bytes_behind_a_signature_are_decoded_or_refused()
    {
        byte[] png = [0x89, .. "PNG\r\n"u8, 26, 10];
        byte[][] starts = [png, [.. "BM"u8], [.. "GIF89a"u8], [0xFF, 0xD8, 0xFF], []];
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            foreach (var start in starts)
                IsDecoded([.. start, .. bytes]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
    }

    internal static bool IsDecoded(byte[] file)
    {
        try
        {
            using var raster = ImageDecoder.Decode(file, s_options, "mutated");
            Assert.InRange((long)raster.Width * raster.Height, 1, s_options.MaxPixels);
            return true;
        }
        catch (ImageDecodeException e)
        {
            Assert.StartsWith("mutated: ", e.Message);
            return false;
        }
    }

    /// <summary>One to four changes: a byte set, a bit turned, a stretch removed, doubled or filled, the end cut off.</summary>
    internal static byte[] Mutate(byte[] file, Random random)
    {
        List<byte> bytes = [.. file];
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Count > 8; changes--)
        {
            var at = random.Next(3) == 0 ? random.Next(Math.Min(64, bytes.Count)) : random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 12), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes[at] = (byte)(random.Next(2) * 255);
                    break;
                default:
                    bytes.RemoveRange(Math.Max(8, at), bytes.Count - Math.Max(8, at));
                    break;
            }
        }

        return [.. bytes];
    }
}
