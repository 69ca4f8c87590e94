using System.Text.Json;
using MlPipeline.Data.Files;
using MlPipeline.Pipeline.Models;

namespace MlPipeline.Pipeline.Backbones;

/// <summary>The backbones registered on this machine, in backbones.json of the home folder; replaced as a whole, never half
/// written.</summary>
internal sealed class BackboneStore(string home)
{
    public string FilePath => Path.Combine(home, "backbones.json");

    /// <summary>MLPIPELINE_HOME, or "mlpipeline" in the user's local application data.</summary>
    public static string DefaultHome
    {
        get
        {
            var chosen = Environment.GetEnvironmentVariable("MLPIPELINE_HOME");
            return string.IsNullOrEmpty(chosen)
                ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData,
                    Environment.SpecialFolderOption.DoNotVerify), "mlpipeline")
                : chosen;
        }
    }

    public IReadOnlyList<BackboneEntry> Read()
    {
        if (!File.Exists(FilePath))
            return [];
        try
        {
            return ModelJson.FromBytes<List<BackboneEntry>>(File.ReadAllBytes(FilePath));
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new BackboneException($"{FilePath}: the list of registered backbones cannot be read: {e.Message}", e);
        }
    }

    public void Write(IEnumerable<BackboneEntry> entries) =>
        ReplacedFile.Write(FilePath, ModelJson.ToBytes(entries.OrderBy(e => e.Name, StringComparer.Ordinal).ToList()));
}
