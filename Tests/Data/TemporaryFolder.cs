namespace MlPipeline.Data.Tests;

/// <summary>A folder that is deleted at the end of a test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        Root = Directory.CreateTempSubdirectory("mlpipeline-data-").FullName;
    }

    public string Root { get; }

    public string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public string Write(string relative, string content = "x")
    {
        var path = PathOf(relative.Split('/'));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Writes a file that begins as a picture does; no more is read of it when a data set is opened.</summary>
    public string WritePicture(string relative) => Write(relative, $"GIF89a{relative}");

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
