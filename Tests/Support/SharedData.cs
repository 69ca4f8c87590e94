namespace MlPipeline.Tests.Support;

/// <summary>The folder of photographs, weights and conformance models that may lie beside the checkout.</summary>
internal static class SharedData
{
    /// <summary>The root of the checkout: the nearest folder above the test assembly that holds the solution.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    /// <summary>The path of an entry in the shared folder, whether or not it exists.</summary>
    public static string PathOf(params string[] parts) =>
        Path.GetFullPath(Path.Combine([RepositoryRoot, "..", "shared", .. parts]));

    public static bool Exists(params string[] parts)
    {
        var path = PathOf(parts);
        return File.Exists(path) || Directory.Exists(path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "MlPipeline.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No MlPipeline.sln above {AppContext.BaseDirectory}.");
    }
}
