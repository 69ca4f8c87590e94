using System.IO.Compression;
using System.IO.Hashing;
using MlPipeline.Pipeline.Downloads;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>Packages that carry a network, named "Id/Version".</summary>
internal static class NuGetPackage
{
    /// <summary>Where NuGet keeps the packages of this user.</summary>
    public static string LocalFolder => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } chosen ? chosen
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>The file's path in a feed's folder of packages: id/version/id.version.nupkg, in lower case.</summary>
    public static string PathOf(string package) => $"{package.ToLowerInvariant()}/{FileOf(package).ToLowerInvariant()}";

    /// <summary>The file's name.</summary>
    public static string FileOf(string package) => package.Replace('/', '.') + ".nupkg";

    /// <summary>Takes a network out of a package.</summary>
    /// <param name="path">The package's file.</param>
    /// <param name="name">The network's file name.</param>
    /// <exception cref="DownloadException">It is no whole package, or has no such network.</exception>
    public static byte[] Read(string path, string name)
    {
        try
        {
            using var zip = ZipFile.OpenRead(path);
            var entry = zip.Entries.FirstOrDefault(e => e.Name == name)
                ?? throw new DownloadException($"its package has no file {name}");
            if (entry.Length > Array.MaxLength)
                throw new DownloadException($"the {name} in its package has {entry.Length:N0} bytes, too many");
            var content = new byte[entry.Length];
            using (var stream = entry.Open())
                stream.ReadExactly(content);
            return Crc32.HashToUInt32(content) == entry.Crc32 ? content
                : throw new DownloadException($"the checksum of the {name} in its package is wrong");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DownloadException($"its file is no whole package ({e.Message})", e);
        }
    }
}
