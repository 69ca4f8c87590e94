namespace MlPipeline.Pipeline;

/// <summary>An entry of a model file.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Length">Its length in bytes, unpacked.</param>
/// <param name="Sha256">SHA-256 of its content in hexadecimal.</param>
public sealed record ManifestEntry(string Name, long Length, string Sha256);
