using System.Security.Cryptography;
using System.Text;
using MlPipeline.Data.Sources;

namespace MlPipeline.Trainers.Jobs.Batch;

/// <summary>SHA-256 in hexadecimal of what results depend on.</summary>
internal static class Digests
{
    public static string Of(Stream stream) => Convert.ToHexStringLower(SHA256.HashData(stream));

    public static string OfFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Of(stream);
    }
}

/// <summary>The digest of a list of pictures, and how many there are.</summary>
internal sealed class ListingDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Count { get; private set; }

    public void Add(ListedPicture picture)
    {
        // No path and no class has a NUL in it.
        _hash.AppendData(Encoding.UTF8.GetBytes($"{picture.Name}\0{picture.Label}\0{picture.Error}\0"));
        Count++;
    }

    public string Result() => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
