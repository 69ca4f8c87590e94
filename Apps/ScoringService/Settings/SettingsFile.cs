using System.Text.Json;

namespace MlPipeline.ScoringService;

/// <summary>A JSON file of settings; empty where none was named.</summary>
internal sealed class SettingsFile
{
    private readonly JsonElement? _root;

    private SettingsFile(string path, JsonElement? root) => (Path, _root) = (path, root);

    public string Path { get; }

    public static SettingsFile None { get; } = new("", null);

    /// <exception cref="SettingsException">The file cannot be read, is no JSON object, or has a key that is none of
    /// these.</exception>
    public static SettingsFile Read(string path, IEnumerable<string> keys)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
                AllowDuplicateProperties = false,
            });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new SettingsException($"{path}: the settings must be one JSON object.");
            string[] known = [.. keys];
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!known.Contains(property.Name, StringComparer.Ordinal))
                {
                    throw new SettingsException(
                        $"{path}: there is no setting '{property.Name}'; there are {string.Join(", ", known)}.");
                }
            }

            return new SettingsFile(path, document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new SettingsException($"{path}, line {e.LineNumber + 1}: this is no JSON: {e.Message.Split(" LineNumber")[0]}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"--config: {e.Message}");
        }
    }

    public JsonElement? Find(string key) => _root is { } root && root.TryGetProperty(key, out var value) ? value : null;
}
