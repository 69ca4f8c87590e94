using MlPipeline.Pipeline.Serving;

namespace MlPipeline;

/// <summary>Makes the sources that a <see cref="ModelHost{T}"/> takes its model from.</summary>
public static class ModelSource
{
    /// <summary>A file, also one that is replaced by renaming another over it, or that is reached through symbolic links that
    /// are switched (as Kubernetes does with mounted configuration). A file that is being written is waited for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settle">How long it must stay as it is before it is taken; 200 milliseconds by default. More than the grain
    /// of the file system's clock (a few milliseconds), else two states of the file could look the same.</param>
    public static IModelSource FromFile(string path, TimeSpan? settle = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new FileModelSource(path, settle ?? TimeSpan.FromMilliseconds(200));
    }

    /// <summary>A file on a web server, asked for with the ETag or the date of the last answer.</summary>
    /// <param name="uri">An http or https address.</param>
    /// <param name="period">How often the server is asked; every five minutes by default.</param>
    /// <param name="sha256">The SHA-256 that the file must have, in hexadecimal; any by default.</param>
    /// <param name="maxBytes">The largest file that is taken; <see cref="ModelFile.DefaultMaxBytes"/> by default.</param>
    /// <param name="stallTimeout">How long the server may send nothing; 30 seconds by default.</param>
    /// <param name="client">The client that asks, with its own proxy and credentials; it is not disposed. By default one that
    /// takes the proxy of the environment.</param>
    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    public static IModelSource FromUri(Uri uri, TimeSpan? period = null, string? sha256 = null,
        long maxBytes = ModelFile.DefaultMaxBytes, TimeSpan? stallTimeout = null, HttpClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri || uri.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{uri}' is no address of a model file: an http or https address is expected.");
        return new UriModelSource(uri, period ?? TimeSpan.FromMinutes(5), sha256, maxBytes,
            stallTimeout ?? TimeSpan.FromSeconds(30), client);
    }
}
