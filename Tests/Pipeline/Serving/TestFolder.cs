using System.Runtime.InteropServices;

namespace MlPipeline.Pipeline.Tests.Serving;

/// <summary>A folder of a test's own, with the ways in which a file in it is replaced.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("mlpipeline-tests-").FullName;

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes another file and renames it over the first.</summary>
    public void Rename(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>As Kubernetes mounts configuration: NAME leads to ..data/NAME, and ..data to a folder for each version.</summary>
    public string Switch(string name, int version, byte[] content)
    {
        var folder = Directory.CreateDirectory(this[$"..version{version}"]).FullName;
        File.WriteAllBytes(Path.Combine(folder, name), content);
        File.CreateSymbolicLink(this["..data_tmp"], $"..version{version}");
        Assert.Equal(0, rename(this["..data_tmp"], this["..data"]));
        if (!File.Exists(this[name]))
            File.CreateSymbolicLink(this[name], $"..data/{name}");
        if (version > 1)
            Directory.Delete(this[$"..version{version - 1}"], recursive: true);
        return this[name];
    }

    // .NET renames no link to a folder over another.
    [DllImport("libc", CharSet = CharSet.Ansi)]
    private static extern int rename(string from, string to);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
