namespace MlPipeline.PublicApi.Tests;

/// <summary>
/// ML.NET's types and their members, as mlnet-api.txt has them. A type goes by its name without namespace, preceded by the
/// types it is nested in; its kind, base and interfaces count as members.
/// </summary>
internal static class ApiFacts
{
    private static readonly string[] _kinds = ["class ", "struct ", "interface ", "enum ", "delegate "];

    public static IReadOnlyDictionary<string, HashSet<string>> Read()
    {
        Dictionary<string, HashSet<string>> types = new(StringComparer.Ordinal);
        Stack<(int Indent, string Key, bool IsEnum)> open = new();
        foreach (string line in ApiTexts.Lines("mlnet-api.txt"))
        {
            string text = line.TrimStart(' ');
            if (text.Length == 0 || text[0] == '#')
                continue;
            int indent = line.Length - text.Length;
            while (open.Count > 0 && open.Peek().Indent >= indent)
                open.Pop();
            if (IsType(text, out string head, out string rest))
            {
                AddType(types, open, indent, head, rest, text);
                continue;
            }

            (_, string key, bool isEnum) = open.Peek();
            if (isEnum)
                types[key].UnionWith(text.Split(", "));
            else
                types[key].Add(text);
        }

        return types;
    }

    private static void AddType(
        Dictionary<string, HashSet<string>> types, Stack<(int Indent, string Key, bool IsEnum)> open,
        int indent, string head, string rest, string text)
    {
        if (head == "delegate")
        {
            string signature = text["delegate ".Length..];
            string delegateName = signature[..signature.IndexOf('(', StringComparison.Ordinal)].Split(' ')[^1];
            types[delegateName] = [text];
            return;
        }

        int colon = rest.IndexOf(" : ", StringComparison.Ordinal);
        string name = LastSegment(colon < 0 ? rest : rest[..colon]);
        string key = open.Count > 0 ? $"{open.Peek().Key}.{name}" : name;
        HashSet<string> members = [head];
        if (colon >= 0)
            members.UnionWith(SplitTopLevel(rest[(colon + 3)..]).Select(type => $": {type}"));

        // Namespaces are not told apart: two types of one name count as one with the members of both.
        if (!types.TryAdd(key, members))
            types[key].UnionWith(members);
        open.Push((indent, key, head == "enum"));
    }

    private static bool IsType(string text, out string head, out string rest)
    {
        foreach (string kind in _kinds)
        {
            int at = text.IndexOf(kind, StringComparison.Ordinal);
            if (at < 0 || text[..at].Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(
                word => word is not ("sealed" or "abstract" or "static")))
                continue;
            head = text[..(at + kind.Length - 1)];
            rest = text[(at + kind.Length)..];
            return true;
        }

        head = rest = "";
        return false;
    }

    // Microsoft.ML.Data.VBuffer<T> -> VBuffer<T>
    private static string LastSegment(string name)
    {
        int generic = name.IndexOf('<', StringComparison.Ordinal);
        string plain = generic < 0 ? name : name[..generic];
        return name[(plain.LastIndexOf('.') + 1)..];
    }

    private static IEnumerable<string> SplitTopLevel(string list)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < list.Length; i++)
        {
            depth += list[i] == '<' ? 1 : list[i] == '>' ? -1 : 0;
            if (depth > 0 || list[i] != ',')
                continue;
            yield return list[start..i];
            start = i + 2;
        }

        yield return list[start..];
    }
}
