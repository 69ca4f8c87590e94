namespace MlPipeline.Data.Sources;

/// <summary>Pictures' files as manifests of any system name them.</summary>
internal static class PictureAddress
{
    /// <summary>The absolute path of what a manifest names: a path relative to its folder or absolute, with slashes of either
    /// kind, or a file: URL.</summary>
    /// <param name="text">What the manifest says.</param>
    /// <param name="folder">The manifest's folder.</param>
    /// <param name="error">Why it can be no file of this machine and what to write; null when it can.</param>
    public static string Resolve(string text, string folder, out string? error)
    {
        error = null;
        if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Host.Length > 0)
                error = $"'{text}' is no address of a file of this machine; write a path, or file:/// and the absolute path.";
            else
                text = address.LocalPath;
        }
        else if (text.Contains("://", StringComparison.Ordinal))
        {
            error = $"'{text}' is an address, not a path; fetch the pictures and write where they lie.";
        }

        if (error is not null || OperatingSystem.IsWindows())
            return error is null ? Path.GetFullPath(text, folder) : text;
        if (text.StartsWith(@"\\", StringComparison.Ordinal)
            || (text.Length > 2 && char.IsAsciiLetter(text[0]) && text[1] == ':' && text[2] is '\\' or '/'))
        {
            error = $"'{text}' is a path of a Windows drive, which this machine does not have; write paths relative to the "
                + "manifest, such as images/cat.jpg.";
            return text;
        }

        // A backslash may be part of a name here; it seldom is.
        var path = Path.GetFullPath(text, folder);
        return !text.Contains('\\') || File.Exists(path) ? path : Path.GetFullPath(text.Replace('\\', '/'), folder);
    }
}
