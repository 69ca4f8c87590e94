using System.CommandLine;
using MlPipeline.Engine.Architectures;

namespace MlPipeline.Cli.Commands;

/// <summary>The network that a command looks at: a backbone, an ONNX file, or an architecture.</summary>
internal static class NetworkArgument
{
    public static Argument<string> Create() => new("network")
    {
        Description =
            $"A backbone, an ONNX file, or an architecture (with random weights): {string.Join(", ", ArchitectureCatalog.All)}.",
    };

    /// <summary>The architecture of that name; null if there is none.</summary>
    public static Architecture? FindArchitecture(string name) =>
        ArchitectureCatalog.All.FirstOrDefault(a => string.Equals(a.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The backbone of that name, or in that file.</summary>
    /// <exception cref="BackboneException">There is none; the message lists the architectures too.</exception>
    public static Backbone Resolve(string name, BackboneOptions? options = null)
    {
        try
        {
            return BackboneCatalog.Resolve(name, options);
        }
        catch (BackboneException error) when (!File.Exists(name))
        {
            throw new BackboneException($"{error.Message} The architectures are {string.Join(", ", ArchitectureCatalog.All)}.");
        }
    }
}
