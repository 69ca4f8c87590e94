using System.Security.Cryptography;
using System.Text.Json;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Tests.Models;

public class PictureDigestsTests
{
    [Fact]
    public void Contents_are_known_again_after_a_round_through_JSON()
    {
        string[] hashes = [.. Enumerable.Range(0, 1000).Select(Hash)];
        var digests = PictureDigests.Of([.. hashes, .. hashes, null]);
        var text = JsonSerializer.Serialize(digests);
        var read = JsonSerializer.Deserialize<PictureDigests>(text)!;
        Assert.Equal(1000, read.Count);
        Assert.All(hashes, hash => Assert.True(read.Contains(hash)));
        Assert.DoesNotContain(Enumerable.Range(1000, 1000), i => read.Contains(Hash(i)));

        // A million pictures are to take about 11 MB.
        Assert.InRange(text.Length, 0, 11 * 1000);
    }

    [Fact]
    public void Half_a_digest_is_refused() => Assert.Throws<JsonException>(
        () => JsonSerializer.Deserialize<PictureDigests>($"\"{Convert.ToBase64String(new byte[12])}\""));

    private static string Hash(int number) => Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(number)));
}
