namespace MlPipeline.Data.Sources;

/// <summary>Lists for messages, which stay short however many names a data set has.</summary>
public static class NameList
{
    private const int Most = 20;

    /// <summary>The names in a row; of more than twenty the first twenty, and how many others there are.</summary>
    /// <param name="names">Names, or phrases.</param>
    /// <param name="between">What stands between two.</param>
    public static string Of(IEnumerable<string> names, string between = ", ")
    {
        ArgumentNullException.ThrowIfNull(names);
        string[] all = [.. names];
        return all.Length <= Most
            ? string.Join(between, all) : $"{string.Join(between, all.Take(Most))}{between}and {all.Length - Most} more";
    }
}
