using System.Text.Json;
using MlPipeline.Pipeline.Downloads;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>One place where a known backbone's file may be: a file here, a file on a web server, or a package of a NuGet
/// feed.</summary>
internal sealed record BackbonePlace
{
    private Uri? _address;
    private string? _packagePath;

    /// <summary>The file or server, for messages.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is a NuGet package, with the network in it.</summary>
    public bool IsPackage { get; private init; }

    /// <summary>The file; null for one on a server.</summary>
    public string? Path { get; private init; }

    /// <summary>The places in the order in which they are tried; none when the mirror is a folder without the file.</summary>
    public static IReadOnlyList<BackbonePlace> Of(BackboneEntry entry, BackbonePullOptions options)
    {
        var published = new Uri(entry.Address!);
        if (MirrorOf(options) is not { } mirror)
        {
            return
            [
                .. entry.Package is null ? [] : PackageFiles(NuGetPackage.LocalFolder, entry.Package),
                .. options.PackageSources.SelectMany(s => Packages(s, entry.Package)),
                Web(published),
            ];
        }

        if (AsWeb(mirror) is { } server)
        {
            return
            [
                .. Packages(mirror, entry.Package),
                Web(Below(server, published.AbsolutePath)),
                Web(Below(server, entry.Path!)),
            ];
        }

        var folder = AsFolder(mirror);
        string[] files =
        [
            System.IO.Path.Combine(folder, published.AbsolutePath.TrimStart('/')), System.IO.Path.Combine(folder, entry.Path!),
            System.IO.Path.Combine(folder, entry.Name + ".onnx"),
        ];
        return
        [
            .. Packages(mirror, entry.Package),
            .. files.Where(File.Exists).Select(f => new BackbonePlace { Name = f, Path = f }),
        ];
    }

    /// <summary>The mirror that is taken; null for none.</summary>
    public static string? MirrorOf(BackbonePullOptions options) =>
        (options.Mirror ?? Environment.GetEnvironmentVariable(BackbonePullOptions.MirrorVariable)) is { Length: > 0 } mirror
            ? mirror : null;

    /// <summary>The address of the file; a feed is asked where its packages are.</summary>
    /// <exception cref="DownloadException">The feed does not say.</exception>
    public async Task<Uri> AddressAsync(HttpClient client, TimeSpan stall, CancellationToken cancellation)
    {
        if (_packagePath is null || !_address!.AbsolutePath.EndsWith("/index.json", StringComparison.OrdinalIgnoreCase))
            return _packagePath is null ? _address! : Below(_address!, _packagePath);
        var index = await StalledStream.WithinAsync(token => client.GetByteArrayAsync(_address, token), stall, cancellation)
            .ConfigureAwait(false);
        try
        {
            // https://learn.microsoft.com/nuget/api/service-index
            using var document = JsonDocument.Parse(index);
            foreach (var resource in document.RootElement.GetProperty("resources").EnumerateArray())
            {
                if (resource.GetProperty("@type").GetString() == "PackageBaseAddress/3.0.0")
                    return Below(new Uri(resource.GetProperty("@id").GetString()!), _packagePath);
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or UriFormatException)
        {
            throw new DownloadException($"its index.json is not that of a NuGet feed ({e.Message})", e);
        }

        throw new DownloadException("its index.json names no place of packages");
    }

    private static IEnumerable<BackbonePlace> Packages(string source, string? package) => package is null ? []
        : AsWeb(source) is not { } server ? PackageFiles(AsFolder(source), package)
        :
        [
            new BackbonePlace
            {
                Name = server.Host, IsPackage = true, _address = server, _packagePath = NuGetPackage.PathOf(package),
            },
        ];

    private static IEnumerable<BackbonePlace> PackageFiles(string folder, string package) =>
        ((string[])[NuGetPackage.PathOf(package), NuGetPackage.FileOf(package)]).Select(p => System.IO.Path.Combine(folder, p))
            .Where(File.Exists).Select(f => new BackbonePlace { Name = f, Path = f, IsPackage = true });

    private static BackbonePlace Web(Uri address) => new() { Name = address.Host, _address = address };

    private static Uri? AsWeb(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;

    private static string AsFolder(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.IsFile ? uri.LocalPath : source;

    private static Uri Below(Uri folder, string path) => new(folder.AbsoluteUri.TrimEnd('/') + "/" + path.TrimStart('/'));
}
