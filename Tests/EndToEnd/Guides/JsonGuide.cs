using System.Text.Json;
using System.Text.RegularExpressions;
using MlPipeline.Tests.Support;

namespace MlPipeline.EndToEnd.Tests;

/// <summary>The tables of docs/json.md: the keys of each command's object, with their types.</summary>
internal static partial class JsonGuide
{
    private static readonly Lazy<Dictionary<string, Section>> s_sections = new(Read);

    public static IEnumerable<string> Sections => s_sections.Value.Keys;

    /// <summary>Fails unless the keys that are documented for a command and those of its object are the same, and of the same
    /// types; keys with a '?' may be absent.</summary>
    public static void Check(string command, JsonElement printed)
    {
        var documented = KeysOf(command);
        Dictionary<string, HashSet<JsonValueKind>> found = [];
        Collect(printed, "", documented, found);
        var undocumented = found.Keys.Where(k => !documented.ContainsKey(k));
        Assert.True(!undocumented.Any(), $"docs/json.md, {command}: not documented: {string.Join(", ", undocumented)}");
        foreach (var (key, type) in documented)
        {
            if (!found.TryGetValue(key, out var kinds))
            {
                // What lies in an empty list, or in what is absent, cannot be seen.
                var parent = Parent().Replace(key, "");
                var isHidden = key.Contains("[]", StringComparison.Ordinal) || (parent.Length > 0 && !found.ContainsKey(parent));
                Assert.True(type.EndsWith('?') || isHidden, $"docs/json.md, {command}: documented but not printed: {key}");
                continue;
            }

            Assert.All(kinds, kind => Assert.True(Fits(type.TrimEnd('?'), kind), $"{command}: {key} is {kind}, not {type}"));
        }
    }

    private static bool Fits(string type, JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => type is "number" or "integer",
        JsonValueKind.String => type is "string" or "number",
        JsonValueKind.True or JsonValueKind.False => type == "boolean",
        JsonValueKind.Array => type == "array",
        _ => type.StartsWith("object", StringComparison.Ordinal),
    };

    private static Dictionary<string, string> KeysOf(string name)
    {
        var section = s_sections.Value[name];
        Dictionary<string, string> keys = new(section.Keys);
        foreach (var (key, type) in section.Also.SelectMany(KeysOf))
            keys.TryAdd(key, type);
        return keys;
    }

    private static void Collect(JsonElement value, string path, Dictionary<string, string> documented,
        Dictionary<string, HashSet<JsonValueKind>> found)
    {
        var type = documented.GetValueOrDefault(path, "");

        // The objects in a list of objects have no row of their own.
        if (path.Length > 0 && !(path.EndsWith("[]", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.Object))
        {
            if (!found.TryGetValue(path, out var kinds))
                found[path] = kinds = [];
            kinds.Add(value.ValueKind);
        }

        if (value.ValueKind == JsonValueKind.Object && !type.Contains(" of ", StringComparison.Ordinal))
        {
            foreach (var inner in value.EnumerateObject())
                Collect(inner.Value, path.Length == 0 ? inner.Name : $"{path}.{inner.Name}", documented, found);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var inner in value.EnumerateArray())
                Collect(inner, path + "[]", documented, found);
        }
    }

    private static Dictionary<string, Section> Read()
    {
        Dictionary<string, Section> sections = [];
        Section? current = null;
        foreach (var line in File.ReadLines(Path.Combine(SharedData.RepositoryRoot, "docs", "json.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                sections[line[3..]] = current = new Section([], []);
            else if (line.StartsWith("Also: ", StringComparison.Ordinal))
                current!.Also.AddRange(line[6..].TrimEnd('.').Split(", "));
            else if (Row().Match(line) is { Success: true } row)
                current!.Keys.Add(row.Groups[1].Value, row.Groups[2].Value);
        }

        return sections;
    }

    [GeneratedRegex(@"^\| `([^`]+)` \| ([^|]+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"(\.[^.\[]+|\[\])$")]
    private static partial Regex Parent();

    private sealed record Section(Dictionary<string, string> Keys, List<string> Also);
}
